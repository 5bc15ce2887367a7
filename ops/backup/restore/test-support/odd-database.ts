/** Names that PostgreSQL allows and that a reader of its programs' words gets wrong: each of them as schema, owner, table, column and policy. */
import type { PostgresCluster } from "../../../../supabase/test-support/postgres";
import { relationKey } from "../../format/relation-key";
import { createFreshProject } from "./rich-database";

/** Each is a schema's and a table's name. */
export const oddNames = [
  'Odd "schema", 한글',
  "a b",
  "semi; colon;",
  "line\nbreak",
  "line\n-- Name: x; Type: TABLE; Schema: public; Owner: postgres",
  "x; Type: TABLE; Schema: public; Owner: postgres",
  "tab\t, 'quote' \\back\u2028slash",
  "ends with OWNER TO postgres;\n",
  "dotted.schema",
  '"quoted".first',
];

/** Owner of the schema's things, by the same index. */
export const oddRoles = ["role with space", 'role, "quoted" 한글', "role; drop", "role\nbreak", "role; Owner: postgres", "role's", "ROLE - ", "role\n\nALTER TABLE x OWNER TO y;", "role.dotted", '"role".first'];

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const literal = (text: string): string => `E'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;

/** As `backup run` writes them. */
export const oddRolesSql = oddRoles.map((role) => `create role ${quote(role)} nologin;\ngrant ${quote(role)} to postgres;\n`).join("");

/** A fresh project with a schema for each name; its tables belong to the role of the same index, and each sequence stands elsewhere. */
export async function createOddProject(cluster: PostgresCluster, database: string): Promise<void> {
  await createFreshProject(cluster, database);
  const admin = await cluster.connect();
  try {
    await admin.query(oddRolesSql);
    await admin.query(`grant create on database ${database} to postgres`);
  } finally {
    await admin.end();
  }
  const owner = await cluster.connect(database, "postgres");
  try {
    for (const [index, name] of oddNames.entries()) await owner.query(oddSchema(name, oddRoles[index] ?? "postgres", index));
    await owner.query(namesakes);
  } finally {
    await owner.end();
  }
}

/** The table of each schema whose rows are to be in `rest.dump`. */
export const oddRestTables = oddNames.map((name) => relationKey(name, "in the rest"));

/** With a dot between schema and name both read as the table and the sequence of the schema `dotted.schema`; nothing else of them is the same. */
const namesakes = `
  create schema dotted;
  create table dotted."schema.dotted.schema" (other integer primary key);
  insert into dotted."schema.dotted.schema" select i from generate_series(1, 3) as i;
  create sequence dotted."schema.alone" start 77;
`;

function oddSchema(name: string, role: string, index: number): string {
  const [odd, owner] = [quote(name), quote(role)];
  const table = `${odd}.${odd}`;
  return `
    create schema ${odd};
    grant usage, create on schema ${odd} to ${owner};
    create table ${table} (id bigint generated always as identity primary key, ${odd} text default ${literal(name)}, serial serial unique);
    insert into ${table} (serial) select i from generate_series(1, ${30 + index}) as i;
    select setval(pg_get_serial_sequence(${literal(table)}, 'serial'), ${700 + index});
    create sequence ${odd}."alone" start ${5 + index};
    create table ${odd}."in the rest" (id integer, word text);
    insert into ${odd}."in the rest" values (${index}, ${literal(name)});
    create index ${quote(`${name} index`)} on ${table} (${odd});
    create view ${odd}."view" as select ${odd} from ${table};
    create function ${odd}.${quote(`f ${name}`)}() returns trigger language plpgsql as $$ begin

      -- Name: no_entry; Type: TABLE; Schema: public; Owner: postgres

      return new;
    end $$;
    create trigger ${odd} before insert on ${table} for each row execute function ${odd}.${quote(`f ${name}`)}();
    alter table ${table} disable trigger ${odd};
    alter table ${table} enable row level security;
    create policy ${odd} on ${table} for select to ${owner} using (${odd} = ${literal(name)});
    comment on column ${table}.${odd} is ${literal(name)};
    comment on table ${table} is ${literal(name)};
    grant select (${odd}), insert on ${table} to anon;
    grant select on ${table} to ${owner}, postgres;
    grant usage on sequence ${odd}."alone" to ${owner};
    alter table ${table} owner to ${owner};
    alter view ${odd}."view" owner to ${owner};
    alter function ${odd}.${quote(`f ${name}`)}() owner to ${owner};
    alter sequence ${odd}."alone" owner to ${owner};
    alter default privileges in schema ${odd} grant select on tables to ${owner};
    alter schema ${odd} owner to ${owner};
  `;
}
