-- The tables of one's own service as the manifest declared them that was applied last, in the form of `owns`.
create or replace function freehold.declared_tables() returns jsonb
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $function$
declare
  own constant freehold.service := freehold.service_of_session();
begin
  return (
    select coalesce(
      jsonb_object_agg(
        t.table_name,
        jsonb_strip_nulls(
          jsonb_build_object('mutability', t.mutability, 'personal', t.personal)
          || case t.mutability
            when 'mutable' then jsonb_build_object('key', t.key_column, 'history', t.history_table, 'projection', t.projection)
            else jsonb_build_object(
              'kind', t.log_kind,
              'partition', case when t.partition_rows is not null then jsonb_build_object('rows', t.partition_rows) end
            )
          end
        )
      ),
      '{}'
    )
    from freehold.owned_table t
    where t.service = own.name
  );
end
$function$;
