-- The last word on a log: it stops superusers, cascades from a parent, and whoever was granted too much.
create or replace function freehold.refuse_log_change() returns trigger
language plpgsql
set search_path = pg_catalog, pg_temp
as $function$
begin
  raise exception '%.% is a log: % is refused', tg_table_schema, tg_table_name, tg_op
    using errcode = 'restrict_violation', schema = tg_table_schema, table = tg_table_name,
      hint = 'Rows of a log are never changed or removed. Append a row that corrects the earlier one; to forget a person, erase the keys of their sealed fields.';
end
$function$;
