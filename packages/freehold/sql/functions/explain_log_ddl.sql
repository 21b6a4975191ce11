-- PostgreSQL refuses DDL on a log by itself, since the vault owns it, but says only "must be owner". This says
-- what to do instead, before that. It reads the text of the statement, so it may stay silent about a statement
-- built at run time, and whoever sets freehold.guarding can silence it; the refusal does not depend on it.
create or replace function freehold.explain_log_ddl() returns event_trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $function$
declare
  statement text := lower(current_query());
  target text;
  found record;
begin
  -- This function acts for its owner, so the role in force has to be asked of the session.
  if current_setting('freehold.guarding', true) = 'on'
    or exists (
      select
      from pg_roles r
      where r.rolsuper and r.rolname = coalesce(nullif(current_setting('role'), 'none'), session_user)
    )
  then
    return;
  end if;
  statement := regexp_replace(statement, '\$([a-z_][a-z0-9_]*)?\$.*?\$\1\$', '', 'g');
  statement := regexp_replace(statement, '''(?:[^'']|'''')*''', '', 'g');
  statement := regexp_replace(statement, '--[^\n]*', ' ', 'g');
  statement := regexp_replace(statement, '/\*.*?\*/', ' ', 'g');
  for found in
    select s.schema_name, t.table_name, session_user in (s.app_role, s.migrator_role, s.owner_role) as is_own
    from freehold.owned_table t
    join freehold.service s on s.name = t.service
    where t.mutability = 'immutable'
      and exists (
        select
        from pg_class c
        join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = s.schema_name and c.relname = t.table_name and pg_get_userbyid(c.relowner) = s.vault_role
      )
    order by is_own desc
  loop
    -- Another service may have a table of the same name: without a schema, only one's own is meant.
    target := format('(?:"?%s"?\s*\.\s*)%s"?%s\M', found.schema_name, case when found.is_own then '?' else '' end, found.table_name);
    if statement ~ ('\malter\s+table\s+(?:if\s+exists\s+)?(?:only\s+)?' || target)
      or statement ~ ('\mdrop\s+table\s+(?:if\s+exists\s+)?(?:[^;]*,\s*)?' || target)
      or (tg_tag ~ '(TRIGGER|RULE|POLICY|INDEX)$' and statement ~ ('\m(?:on|to)\s+(?:only\s+)?' || target))
    then
      raise exception '%.% is a log: % is refused', found.schema_name, found.table_name, tg_tag
        using errcode = 'insufficient_privilege', schema = found.schema_name, table = found.table_name,
          hint = format(
            'A log is never dropped or rewritten. A migration may widen it: select freehold.add_log_column(%L, ''column'', ''type''), or index it: select freehold.add_log_index(%L, ''name'', array[''column'']).',
            found.table_name, found.table_name
          );
    end if;
  end loop;
end
$function$;
