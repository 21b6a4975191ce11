-- Drops the build that stands beside a projection, whether it is being built or was replaced, with its cursors.
create or replace function freehold.discard_build(projection text) returns integer
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $function$
declare
  service constant freehold.service := freehold.require_projection(discard_build.projection);
  beside record;
  build_name text;
begin
  select b.build, b.state
  into beside
  from freehold.projection_build b
  where b.service = service.name and b.projection = discard_build.projection and b.state in ('building', 'retired');
  if beside.build is null then
    return null;
  end if;
  build_name := freehold.build_consumer(discard_build.projection, beside.build);
  perform set_config('lock_timeout', '5s', true), set_config('freehold.guarding', 'on', true);
  execute format('drop table if exists %I.%I', service.schema_name || freehold.build_place(beside.state), discard_build.projection);
  perform set_config('freehold.guarding', 'off', true);
  update freehold.projection_build b
  set state = 'discarded', changed_at = clock_timestamp(), problem = null, verified = null
  where b.service = service.name and b.projection = discard_build.projection and b.build = beside.build;
  delete from freehold.consumer_lane l where l.service = service.name and l.consumer = build_name;
  delete from freehold.consumer_instance i where i.service = service.name and i.consumer = build_name;
  delete from freehold.consumer c where c.service = service.name and c.consumer = build_name;
  update freehold.parked_event e
  set state = 'discarded', settled_at = clock_timestamp()
  where e.service = service.name and e.consumer = build_name and e.state in ('parked', 'retry');
  return beside.build;
end
$function$;
