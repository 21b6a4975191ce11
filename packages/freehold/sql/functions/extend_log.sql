-- Makes room in a partitioned log before a transaction that writes more rows than a partition takes.
create or replace function freehold.extend_log(log text, row_count bigint) returns integer
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $function$
declare
  made integer;
begin
  if row_count is null or row_count not between 1 and 1000000000 then
    raise exception 'room is made for 1 to 1000000000 rows, not for %', coalesce(row_count::text, 'null')
      using errcode = 'invalid_parameter_value';
  end if;
  made := freehold.make_partitions((freehold.service_of_session()).name, log, row_count);
  perform set_config('freehold.guarding', 'off', true);
  return made;
end
$function$;
