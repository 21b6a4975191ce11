-- A digest of what all rows of a build say, whatever their order: the sums of two hashes of each. It is compared with
-- digests of the same server only, as what a hash gives may differ between versions of PostgreSQL.
create or replace function freehold.digest_projection(projection text, state text)
returns table (digest text, row_count bigint)
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $function$
declare
  build constant regclass := freehold.build_table(digest_projection.projection, digest_projection.state);
begin
  perform freehold.settle_texts();
  return query execute format(
    $sql$
      select md5(concat_ws(' ', count(*), sum(hashtextextended(m.meaning, 0)), sum(hashtextextended(m.meaning, 1)))), count(*)
      from (select %s as meaning from %s t) m
    $sql$,
    freehold.row_meaning(build), build
  );
end
$function$;
