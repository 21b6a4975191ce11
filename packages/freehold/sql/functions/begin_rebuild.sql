-- Makes an empty copy of a projection's table beside it, in which the service builds it anew from position 0. What a
-- copy cannot have is refused, for it would be missing after the swap, or go on to look at the old table.
create or replace function freehold.begin_rebuild(projection text) returns integer
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $function$
declare
  service constant freehold.service := freehold.require_projection(begin_rebuild.projection);
  live constant text := format('%I.%I', service.schema_name, begin_rebuild.projection);
  shadow constant text := format('%I.%I', service.schema_name || '_rebuild', begin_rebuild.projection);
  shadow_object constant text := service.schema_name || '_rebuild.' || begin_rebuild.projection;
  beside record;
  obstacles text;
  found record;
  next_build integer;
begin
  perform freehold.open_projection(begin_rebuild.projection);
  select b.build, b.state
  into beside
  from freehold.projection_build b
  where b.service = service.name and b.projection = begin_rebuild.projection and b.state in ('building', 'retired');
  if beside.state = 'building' then
    return beside.build;
  end if;
  if beside.state = 'retired' then
    raise exception 'build % of the projection "%" is still kept for a rollback', beside.build, begin_rebuild.projection
      using errcode = 'object_in_use', constraint = 'projection_retired',
        hint = 'Discard it first: then there is no way back to it.';
  end if;
  obstacles := freehold.rebuild_obstacles(live::regclass);
  if obstacles is not null then
    raise exception 'the projection "%" cannot be rebuilt beside itself: %', begin_rebuild.projection, obstacles
      using errcode = 'feature_not_supported', constraint = 'projection_obstacles',
        hint = 'Remove them in a migration: a projection is a plain table, of which every row follows from events.';
  end if;
  perform set_config('freehold.guarding', 'on', true), set_config('quote_all_identifiers', 'off', true);
  execute format('create table %s (like %s including all excluding indexes)', shadow, live);
  -- Before anything is made that evaluates an expression: such run with the rights of the table's owner.
  execute format('alter table %s owner to %I', shadow, service.owner_role);
  for found in
    select format('comment on table %s is %L', shadow, obj_description(live::regclass, 'pg_class')) as statement, 0 as place
    union all
    select format('alter table %s set (%s)', shadow, array_to_string(c.reloptions, ', ')), 0
    from pg_class c
    where c.oid = live::regclass and c.reloptions is not null
    union all
    -- Names are kept, so that a later migration finds an index, whichever build is live.
    select format('alter table %s add constraint %I %s', shadow, k.conname, pg_get_constraintdef(k.oid)), 1
    from pg_constraint k
    where k.conrelid = live::regclass and k.contype in ('p', 'u', 'x')
    union all
    select replace(pg_get_indexdef(i.indexrelid), format(' ON %s USING ', live), format(' ON %s USING ', shadow)), 2
    from pg_index i
    where i.indrelid = live::regclass and i.indisvalid
      and not exists (select from pg_constraint k where k.conrelid = i.indrelid and k.conindid = i.indexrelid)
    order by place, statement
  loop
    execute found.statement;
  end loop;
  for pass in 1 .. 4 loop
    for found in
      select d.repair
      from freehold.table_drift(service.name) d
      where d.object = shadow_object and d.repair is not null
      order by d.place
    loop
      execute found.repair;
    end loop;
    exit when not exists (select from freehold.table_drift(service.name) d where d.object = shadow_object);
  end loop;
  perform set_config('freehold.guarding', 'off', true);
  select max(b.build) + 1
  into next_build
  from freehold.projection_build b
  where b.service = service.name and b.projection = begin_rebuild.projection;
  insert into freehold.projection_build (service, projection, build, state)
  values (service.name, begin_rebuild.projection, next_build, 'building');
  return next_build;
end
$function$;
