create or replace function freehold.add_log_index(table_name text, index_name text, columns text[]) returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $function$
declare
  service freehold.service := freehold.service_of_session();
begin
  if not exists (
    select
    from freehold.owned_table t
    where t.service = service.name and t.table_name = add_log_index.table_name and t.mutability = 'immutable'
  ) then
    raise exception '"%" is not a log of the service "%"', table_name, service.name
      using errcode = 'undefined_table',
        hint = 'Name the log as the manifest does, without its schema. A mutable table is indexed with CREATE INDEX.';
  end if;
  perform set_config('freehold.guarding', 'on', true);
  execute format(
    'create index %I on %I.%I (%s)',
    index_name, service.schema_name, table_name,
    (select string_agg(quote_ident(c.name), ', ' order by c.place) from unnest(columns) with ordinality as c (name, place))
  );
  perform set_config('freehold.guarding', 'off', true);
end
$function$;
