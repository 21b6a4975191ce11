-- Keys of rows that differ between the live build of a projection and the one that is being built.
create or replace function freehold.compare_projection(projection text, most integer default 10)
returns table (key text, in_live boolean, in_rebuild boolean)
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $function$
declare
  live constant regclass := freehold.build_table(compare_projection.projection, 'live');
  shadow constant regclass := freehold.build_table(compare_projection.projection, 'building');
  key_column constant text := (
    select t.key_column
    from freehold.owned_table t
    where t.service = (freehold.service_of_session()).name and t.table_name = compare_projection.projection
  );
begin
  perform freehold.require_same_columns(live, shadow);
  perform freehold.settle_texts();
  return query execute format(
    $sql$
      select coalesce(l.key, r.key)::text, l.key is not null, r.key is not null
      from (select t.%1$I as key, %2$s as meaning from %3$s t) l
      full join (select t.%1$I as key, %4$s as meaning from %5$s t) r on r.key = l.key
      where l.meaning is distinct from r.meaning
      limit $1
    $sql$,
    key_column, freehold.row_meaning(live), live, freehold.row_meaning(shadow), shadow
  )
  using compare_projection.most;
end
$function$;
