-- The service that the session belongs to, by the role it logged in as; an administrator names it instead.
create or replace function freehold.service_of_session() returns freehold.service
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
as $function$
declare
  found freehold.service;
begin
  select s.name, s.schema_name, s.owner_role, s.vault_role, s.migrator_role, s.app_role
  into found
  from freehold.service s
  where session_user in (s.migrator_role, s.app_role, s.owner_role);
  if found.name is null then
    raise exception 'the role "%" belongs to no service of this database', session_user
      using errcode = 'insufficient_privilege',
        hint = 'Connect as the <service>_migrator whose log it is.';
  end if;
  return found;
end
$function$;
