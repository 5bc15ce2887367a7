-- pgcrypto, uuid-ossp and pg_stat_statements belong to the platform and stay.
drop extension pg_trgm;
