-- Puts a build in the place of the live one, and that one into another schema. Readers wait for no longer than a tenth
-- of a second at a time; when others keep the table for longer, it is tried again, and given up after some seconds.
create or replace function freehold.exchange_projection(
  service freehold.service,
  projection text,
  other_state text,
  live_becomes text
)
returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $function$
declare
  live constant regclass := freehold.build_table(exchange_projection.projection, 'live');
  other constant regclass := freehold.build_table(exchange_projection.projection, exchange_projection.other_state);
  live_build integer;
  other_build integer;
  has_lock boolean := false;
begin
  select max(b.build) filter (where b.state = 'live'), max(b.build) filter (where b.state = exchange_projection.other_state)
  into live_build, other_build
  from freehold.projection_build b
  where b.service = exchange_projection.service.name and b.projection = exchange_projection.projection;
  for attempt in 1 .. 40 loop
    begin
      perform set_config('lock_timeout', '100ms', true);
      execute format('lock table %s, %s in access exclusive mode', live, other);
      has_lock := true;
    exception
      when lock_not_available then
        has_lock := false;
    end;
    exit when has_lock;
    perform pg_sleep(0.05 + random() * 0.1);
  end loop;
  if not has_lock then
    raise exception 'others keep the projection "%" in transactions that do not end', exchange_projection.projection
      using errcode = 'lock_not_available', constraint = 'projection_in_use', hint = 'Try again.';
  end if;
  perform set_config('freehold.guarding', 'on', true);
  execute format('alter table %s set schema %I', live, exchange_projection.service.schema_name || freehold.build_place(live_becomes));
  execute format('alter table %s set schema %I', other, exchange_projection.service.schema_name);
  perform set_config('freehold.guarding', 'off', true);
  -- No two builds may be in one state at any time.
  update freehold.projection_build b
  set state = 'discarded'
  where b.service = exchange_projection.service.name and b.projection = exchange_projection.projection and b.build = live_build;
  update freehold.projection_build b
  set state = 'live', changed_at = clock_timestamp(), problem = null, verified = null
  where b.service = exchange_projection.service.name and b.projection = exchange_projection.projection and b.build = other_build;
  update freehold.projection_build b
  set state = exchange_projection.live_becomes, changed_at = clock_timestamp(), problem = null, verified = null
  where b.service = exchange_projection.service.name and b.projection = exchange_projection.projection and b.build = live_build;
  -- Whoever is at work in one of them writes nothing any more, and looks where it is now.
  update freehold.consumer_lane l
  set fence = l.fence + 1, owner = null, lease_until = '-infinity'
  where l.service = exchange_projection.service.name
    and l.consumer in (
      freehold.build_consumer(exchange_projection.projection, live_build),
      freehold.build_consumer(exchange_projection.projection, other_build)
    );
end
$function$;
