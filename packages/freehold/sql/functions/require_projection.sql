-- The service of the session, whose projection it is. Whoever asks has the projection's builds for this transaction.
create or replace function freehold.require_projection(projection text) returns freehold.service
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $function$
declare
  service constant freehold.service := freehold.service_of_session();
begin
  if not exists (
    select
    from freehold.owned_table t
    where t.service = service.name and t.table_name = require_projection.projection and t.projection is not null
  ) then
    raise exception '"%" is not a projection of the service "%"', require_projection.projection, service.name
      using errcode = 'undefined_table',
        hint = 'Declare it in ownership.ts: mutable({ projection: { of: …, staleness: … } }), and apply.';
  end if;
  perform pg_advisory_xact_lock(hashtext('freehold.projection ' || service.name), hashtext(require_projection.projection));
  return service;
end
$function$;
