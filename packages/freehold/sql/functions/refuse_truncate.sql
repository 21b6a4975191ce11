create or replace function freehold.refuse_truncate() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $function$
begin
  raise exception '%.% has a history, which TRUNCATE would not write', tg_table_schema, tg_table_name
    using errcode = 'restrict_violation', schema = tg_table_schema, table = tg_table_name,
      hint = 'Use DELETE: every row that goes is then recorded.';
end
$function$;
