-- The one supported way to change a log's shape: a new column that old rows do not have.
create or replace function freehold.add_log_column(table_name text, column_name text, column_type text) returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $function$
declare
  service freehold.service := freehold.service_of_session();
  type_oid regtype := to_regtype(column_type);
begin
  if not exists (
    select
    from freehold.owned_table t
    where t.service = service.name and t.table_name = add_log_column.table_name and t.mutability = 'immutable'
  ) then
    raise exception '"%" is not a log of the service "%"', table_name, service.name
      using errcode = 'undefined_table',
        hint = 'Name the log as the manifest does, without its schema. A mutable table is altered with ALTER TABLE.';
  end if;
  if type_oid is null or (select typnamespace from pg_type where oid = type_oid) <> 'pg_catalog'::regnamespace then
    raise exception 'the type "%" of column "%" is not one of PostgreSQL''s own', column_type, column_name
      using errcode = 'undefined_object',
        hint = 'A log must mean the same for ever, and a type of your own can be altered: use text with a check on what is written, or jsonb.';
  end if;
  if column_type like '%(%' then
    raise exception 'the type "%" of column "%" has a modifier', column_type, column_name
      using errcode = 'feature_not_supported',
        hint = format('Name the type alone (%s): a log cannot be altered when its limit turns out to be wrong.', format_type(type_oid, null));
  end if;
  perform set_config('freehold.guarding', 'on', true);
  execute format('alter table %I.%I add column %I %s', service.schema_name, table_name, column_name, format_type(type_oid, null));
  perform freehold.guard(service.name);
end
$function$;
