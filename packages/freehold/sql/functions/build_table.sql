-- The table of the build of a projection that is in a state.
create or replace function freehold.build_table(projection text, state text) returns regclass
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $function$
declare
  service constant freehold.service := freehold.service_of_session();
begin
  if not exists (
    select
    from freehold.projection_build b
    join freehold.owned_table t on t.service = b.service and t.table_name = b.projection and t.projection is not null
    where b.service = service.name and b.projection = build_table.projection and b.state = build_table.state
  ) then
    raise exception 'the projection "%" of the service "%" %', build_table.projection, service.name,
        case build_table.state
          when 'building' then 'is not being rebuilt'
          when 'retired' then 'has no build that was replaced and is kept'
          else 'has no build yet'
        end
      using errcode = 'undefined_object', constraint = 'projection_' || build_table.state;
  end if;
  return format(
    '%I.%I',
    service.schema_name || freehold.build_place(build_table.state),
    build_table.projection
  )::regclass;
end
$function$;
