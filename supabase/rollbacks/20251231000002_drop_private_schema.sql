drop function private.touch_updated_at();
drop schema private;
