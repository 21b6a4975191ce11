-- Puts the build that was live before into its place again. The one that was live stands beside it once more, as far as
-- it has come, and may be verified and swapped again; the other one catches up from where it was left.
create or replace function freehold.rollback_projection(projection text) returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $function$
declare
  service constant freehold.service := freehold.require_projection(rollback_projection.projection);
  live constant regclass := freehold.build_table(rollback_projection.projection, 'live');
  retired constant regclass := freehold.build_table(rollback_projection.projection, 'retired');
begin
  perform freehold.require_same_columns(live, retired);
  perform set_config('lock_timeout', '5s', true);
  execute format('lock table %s in share mode', live);
  perform freehold.exchange_projection(service, rollback_projection.projection, 'retired', 'building');
end
$function$;
