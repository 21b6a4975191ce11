create or replace function freehold.refuse_key_change() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $function$
begin
  raise exception '%.%: the key "%" of a row never changes', tg_table_schema, tg_table_name, tg_argv[0]
    using errcode = 'check_violation', constraint = 'key_never_changes',
      schema = tg_table_schema, table = tg_table_name, column = tg_argv[0],
      hint = 'Other services, the history and the audit log know the row by its key: insert a new row instead.';
end
$function$;
