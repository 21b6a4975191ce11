-- What the schema of a build's table has after the name of the service's own.
create or replace function freehold.build_place(state text) returns text
language sql
immutable
set search_path = pg_catalog, pg_temp
as $function$
select case build_place.state when 'building' then '_rebuild' when 'retired' then '_retired' else '' end
$function$;
