-- Takes back what a service has granted to others: by its migrations alone, whose grants are not theirs to make. Each of them
-- ends with it, and so does each statement of one that has no transaction.
create or replace function freehold.withdraw_grants(service text) returns integer
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $function$
declare
  is_administrator constant boolean := (select r.rolsuper from pg_roles r where r.rolname = session_user);
  found record;
  taken integer := 0;
begin
  if not is_administrator and (freehold.service_of_session()).name <> withdraw_grants.service then
    raise exception 'the service "%" is not yours to close', withdraw_grants.service using errcode = 'insufficient_privilege';
  end if;
  for found in
    select d.object, d.summary, d.repair
    from freehold.service s
    cross join lateral freehold.grant_drift(
      jsonb_build_array(jsonb_build_object(
        'name', s.name, 'schema', s.schema_name, 'owner', s.owner_role, 'vault', s.vault_role, 'migrator', s.migrator_role,
        'app', s.app_role
      )),
      array(select t.table_name from freehold.owned_table t where t.service = s.name)
    ) d
    where s.name = withdraw_grants.service
    order by d.place
  loop
    execute found.repair;
    raise notice 'Taken back: %: %', found.object, found.summary;
    taken := taken + 1;
  end loop;
  return taken;
end
$function$;
