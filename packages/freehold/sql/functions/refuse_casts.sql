-- The history is written by a function that acts for the vault and turns whole rows into JSON. A cast of one's own
-- would be called on the way, with the vault's rights. So in these databases only a superuser creates casts.
create or replace function freehold.refuse_casts() returns event_trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $function$
begin
  if exists (
    select
    from pg_roles r
    where r.rolsuper and r.rolname = coalesce(nullif(current_setting('role'), 'none'), session_user)
  ) then
    return;
  end if;
  raise exception 'a cast of one''s own would run with the rights of the vault when a history is written'
    using errcode = 'insufficient_privilege',
      hint = 'Call a function by its name where the conversion is needed.';
end
$function$;
