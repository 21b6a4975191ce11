-- How values are written depends on settings of the session. For the rest of this transaction it does not.
create or replace function freehold.settle_texts() returns void
language sql
set search_path = pg_catalog, pg_temp
as $function$
select set_config('extra_float_digits', '1', true), set_config('IntervalStyle', 'postgres', true),
  set_config('bytea_output', 'hex', true), set_config('DateStyle', 'iso, ymd', true), set_config('TimeZone', 'utc', true)
$function$;
