-- The consumer whose cursors say how far a build has come.
create or replace function freehold.build_consumer(projection text, build integer) returns text
language sql
immutable
set search_path = pg_catalog, pg_temp
as $function$
select replace(build_consumer.projection, '_', '-') || '-' || build_consumer.build
$function$;
