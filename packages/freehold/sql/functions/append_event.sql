-- Appends an event to the log of the service, for whoever writes in plain SQL. It refuses where nothing was changed
-- before it in the same transaction: an event that is sent by itself can be lost, or tell of what never happened.
--
-- It acts for the administrator, so that a migration which changes data can tell it too, without a right to the log.
-- Therefore it touches nothing but a log that the vault has: what hangs on a table before that is not looked through.
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
security definer
set search_path = pg_catalog, pg_temp
as $function$
declare
  service constant freehold.service := freehold.service_of_session();
  log constant text := freehold.events_log(service.name);
  id uuid := gen_random_uuid();
  unsealed text;
begin
  if pg_current_xact_id_if_assigned() is null then
    raise exception 'the event % is appended outside of the change that it tells', append_event.type
      using errcode = 'no_active_sql_transaction',
        hint = 'Change the data first, and append the event in the same transaction.';
  end if;
  if current_setting('freehold.rebuilding', true) <> '' then
    raise exception 'the event % is appended while the projection "%" is rebuilt', append_event.type, current_setting('freehold.rebuilding')
      using errcode = 'object_not_in_prerequisite_state', constraint = 'projection_side_effect',
        hint = 'It was told when it happened. What else follows from an event belongs into a consumer of its own.';
  end if;
  if append_event.type is null or length(append_event.type) > 128
    or append_event.type !~ format('^%s\.[a-z][a-z0-9]*(-[a-z0-9]+)*\.v[1-9][0-9]*$', service.name)
  then
    raise exception '"%" is not a type of the service "%"', coalesce(append_event.type, 'null'), service.name
      using errcode = 'invalid_parameter_value', hint = format('Write it as %s.<what-happened>.v1.', service.name);
  end if;
  if append_event.key is null or length(append_event.key) not between 1 and 512 or append_event.key ~ '[[:cntrl:]]' then
    raise exception 'the key of % is not 1 to 512 characters, none of them of control', append_event.type
      using errcode = 'invalid_parameter_value', hint = 'Give the id of what the event is about: events of one key are in order.';
  end if;
  if append_event.data is null then
    raise exception 'the event % has no data', append_event.type
      using errcode = 'invalid_parameter_value', hint = 'Give what its contract says, for instance with jsonb_build_object.';
  end if;
  select min(f.field) into unsealed
  from freehold.personal_event p
  cross join lateral unnest(p.fields) as f (field)
  where p.service = service.name and p.type = append_event.type
    and coalesce(jsonb_typeof(append_event.data -> f.field), 'null') <> 'null'
    and append_event.data ->> f.field !~ format('^personal\.v1:%s:[A-Za-z0-9_-]+$', p.purpose);
  if unsealed is not null then
    raise exception 'the member "%" of % is personal, and is not sealed', unsealed, append_event.type
      using errcode = 'check_violation', constraint = 'personal_is_sealed',
        hint = 'Append it with the event log of the runtime, over a connection that has keys.';
  end if;
  if append_event.traceparent !~ '^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$' then
    raise exception 'the traceparent of % is none of the W3C', append_event.type
      using errcode = 'invalid_parameter_value', hint = 'Write it as 00-<32 hex>-<16 hex>-<2 hex>, or leave it out.';
  end if;
  if octet_length(append_event.data::text) > 262144 then
    raise exception 'the data of % is % bytes, and 262144 at most', append_event.type, octet_length(append_event.data::text)
      using errcode = 'program_limit_exceeded', hint = 'Store what is big, and let the event tell where it is.';
  end if;
  if not exists (
    select
    from pg_class c
    join pg_roles r on r.oid = c.relowner
    where c.oid = to_regclass(format('%I.%I', service.schema_name, log)) and r.rolname = service.vault_role
  ) then
    raise exception 'the log "%" of the service "%" is not guarded yet', log, service.name
      using errcode = 'object_not_in_prerequisite_state', hint = 'Migrate first: a log is guarded when its migration ends.';
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
