-- Makes the table that there is the first build of its projection, when it has none.
create or replace function freehold.open_projection(projection text) returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $function$
declare
  service constant freehold.service := freehold.require_projection(open_projection.projection);
begin
  insert into freehold.projection_build (service, projection, build, state)
  select service.name, open_projection.projection, 1, 'live'
  where not exists (
    select
    from freehold.projection_build b
    where b.service = service.name and b.projection = open_projection.projection and b.state = 'live'
  );
end
$function$;
