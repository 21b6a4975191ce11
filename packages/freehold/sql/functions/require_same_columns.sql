-- A migration may have changed the live table since a build of it was begun, or replaced.
create or replace function freehold.require_same_columns(live regclass, other regclass) returns void
language plpgsql
stable
set search_path = pg_catalog, pg_temp
as $function$
declare
  differing text;
begin
  select string_agg(distinct quote_ident(c.name), ', ')
  into differing
  from (
    select a.attrelid, a.attname::text as name, format_type(a.atttypid, a.atttypmod) as type, a.attnotnull,
      count(*) over (partition by a.attname, a.atttypid, a.atttypmod, a.attnotnull) as times
    from pg_attribute a
    where a.attrelid in (live, other) and a.attnum > 0 and not a.attisdropped
  ) c
  where c.times <> 2;
  if differing is not null then
    raise exception '% and % differ in the columns %', live, other, differing
      using errcode = 'object_not_in_prerequisite_state', constraint = 'projection_same_columns',
        hint = 'A migration has changed the live table: discard the other build, and begin a new one.';
  end if;
end
$function$;
