-- The log of kind "events" of a service. Called by functions that act for the administrator.
create or replace function freehold.events_log(service text) returns text
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $function$
declare
  found text;
begin
  select min(t.table_name) into found
  from freehold.owned_table t
  where t.service = events_log.service and t.log_kind = 'events';
  if found is null then
    raise exception 'the service "%" has no log of events', service using errcode = 'undefined_table',
      hint = 'Declare it: events: immutable({ kind: ''events'' }), and create it in a migration.';
  end if;
  return found;
end
$function$;
