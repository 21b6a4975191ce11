-- Brings the tables of a service into the state that the manifest asks for: the logs to the vault, triggers,
-- policies, grants. It does what freehold.table_drift says, and nothing when there is no drift, so it takes no
-- lock on a table that is as it should be; and it takes back what was granted to others. Migrations end with it, in
-- their own transaction. What only a later migration can bring is awaited.
create or replace function freehold.guard(service text) returns integer
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $function$
declare
  is_administrator constant boolean := (select r.rolsuper from pg_roles r where r.rolname = session_user);
  found record;
  is_forged boolean;
  done integer := 0;
  unclaimed jsonb;
  differences jsonb;
  left_over text;
  repair text;
begin
  if not is_administrator and (freehold.service_of_session()).name <> guard.service then
    raise exception 'the service "%" is not yours to guard', guard.service using errcode = 'insufficient_privilege';
  end if;
  -- An older snapshot would not show what others have granted or planted meanwhile.
  if current_setting('transaction_isolation') <> 'read committed' then
    raise exception 'freehold.guard must see what others have committed' using errcode = 'invalid_transaction_state',
      hint = 'Run the migration in READ COMMITTED.';
  end if;
  perform set_config('freehold.guarding', 'on', true), set_config('quote_all_identifiers', 'off', true);
  -- A change of owner moves grants, so what is right is known only after another look.
  for pass in 0 .. 4 loop
    select jsonb_agg(jsonb_build_object('log', format('%I.%I', s.schema_name, t.table_name), 'kind', t.log_kind))
    into unclaimed
    from freehold.owned_table t
    join freehold.service s on s.name = t.service
    join pg_namespace n on n.nspname = s.schema_name
    join pg_class c on c.relnamespace = n.oid and c.relname = t.table_name and c.relkind in ('r', 'p')
    where t.service = guard.service and t.mutability = 'immutable' and pg_get_userbyid(c.relowner) <> s.vault_role and not is_administrator;
    -- Taken before looking, so that nothing is added between the look and the handing over.
    for found in select u.log from jsonb_to_recordset(unclaimed) as u (log text) loop
      execute format('lock table %s in access exclusive mode', found.log);
    end loop;
    -- A look is what a migration pays for: one, when there is nothing to do.
    select jsonb_agg(to_jsonb(d) order by d.place) into differences
    from freehold.table_drift(guard.service) d
    where d.kind <> 'awaited';
    exit when differences is null;
    select string_agg(format('%s: %s', d.object, d.summary), e'\n')
    into left_over
    from jsonb_to_recordset(differences) as d (object text, summary text, repair text)
    where d.repair is null;
    if left_over is not null then
      raise exception e'the tables of "%" are not what the manifest says:\n%', guard.service, left_over
        using errcode = 'object_not_in_prerequisite_state',
          hint = 'Mend the migration that creates the table, or the ownership.ts that declares it.';
    end if;
    for found in select u.log, u.kind from jsonb_to_recordset(unclaimed) as u (log text, kind text) loop
      execute format(
        'select exists (select from %s where %L = ''history'' or xid <> pg_current_xact_id() or at < now() or seq < 1)',
        found.log, found.kind
      ) into is_forged;
      if is_forged then
        raise exception '% has rows that the database did not stamp', found.log
          using errcode = 'object_not_in_prerequisite_state',
            hint = 'A log begins empty, or with rows of this migration. Older rows are brought in by an administrator.';
      end if;
    end loop;
    if pass = 4 then
      raise exception 'the tables of "%" do not come to rest', guard.service using errcode = 'object_not_in_prerequisite_state';
    end if;
    for repair in select d.value ->> 'repair' from jsonb_array_elements(differences) with ordinality as d (value, place) order by d.place
    loop
      execute repair;
      done := done + 1;
    end loop;
  end loop;
  update freehold.owned_table t
  set log_relid = c.oid
  from freehold.service s
  join pg_namespace n on n.nspname = s.schema_name
  join pg_class c on c.relnamespace = n.oid
  where s.name = guard.service and t.service = s.name and c.relname = t.table_name
    and t.mutability = 'immutable' and t.log_relid is null;
  perform set_config('freehold.guarding', 'off', true);
  return done + freehold.withdraw_grants(guard.service);
end
$function$;
