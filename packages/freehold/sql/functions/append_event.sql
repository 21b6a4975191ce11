-- Appends an event to the log of the service, for whoever writes in plain SQL. It refuses where nothing was changed
-- before it in the same transaction: an event that is sent by itself can be lost, or tell of what never happened.
create or replace function freehold.append_event(
  type text,
  key text,
  data jsonb,
  correlation_id text default null,
  causation_id text default null,
  traceparent text default null
)
returns uuid
language plpgsql
set search_path = pg_catalog, pg_temp
as $function$
declare
  service constant freehold.service := freehold.service_of_session();
  log text := freehold.events_log(service.name);
  id uuid := gen_random_uuid();
begin
  if pg_current_xact_id_if_assigned() is null then
    raise exception 'the event % is appended outside of the change that it tells', append_event.type
      using errcode = 'no_active_sql_transaction',
        hint = 'Change the data first, and append the event in the same transaction.';
  end if;
  if append_event.type is null or append_event.type !~ format('^%s\.[a-z][a-z0-9]*(-[a-z0-9]+)*\.v[1-9][0-9]*$', service.name) then
    raise exception '"%" is not a type of the service "%"', coalesce(append_event.type, 'null'), service.name
      using errcode = 'invalid_parameter_value', hint = format('Write it as %s.<what-happened>.v1.', service.name);
  end if;
  if octet_length(append_event.data::text) > 262144 then
    raise exception 'the data of % is % bytes, and 262144 at most', append_event.type, octet_length(append_event.data::text)
      using errcode = 'program_limit_exceeded', hint = 'Store what is big, and let the event tell where it is.';
  end if;
  execute format(
    'insert into %I.%I (id, type, key, data, correlation_id, causation_id, traceparent) values ($1, $2, $3, $4, $5, $6, $7)',
    service.schema_name, log
  )
  using id, append_event.type, append_event.key, append_event.data, append_event.correlation_id,
    append_event.causation_id, append_event.traceparent;
  return id;
end
$function$;
