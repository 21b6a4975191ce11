-- What attacks could have changed and must not have: rights, owners and guards. $1 names the roles of the services.
select 'roles' as part, md5(string_agg(format('%s %s', r.rolname, to_jsonb(r) - 'oid' - 'rolconfig'), ',' order by r.rolname)) as print
from pg_roles r
where r.rolname = any ($1::text[])
union all
select 'memberships', md5(string_agg(format('%s %s', m.roleid, m.member), ',' order by m.roleid, m.member)) from pg_auth_members m
where pg_get_userbyid(m.roleid) = any ($1::text[]) or pg_get_userbyid(m.member) = any ($1::text[])
union all
select 'databases', md5(string_agg(format('%s %s %s', d.datname, d.datdba, d.datacl), ',' order by d.datname))
from pg_database d
where d.datname = current_database()
union all
select 'schemas', md5(string_agg(format('%s %s %s', n.nspname, n.nspowner, n.nspacl), ',' order by n.nspname))
from pg_namespace n
where n.nspname !~ '^pg_(toast_)?temp'
union all
select 'tables', md5(string_agg(
  format('%s %s %s %s %s', c.relname, c.relowner, c.relacl, c.relrowsecurity, c.relpersistence), ',' order by c.oid
))
from pg_class c
where c.oid >= 16384 and c.relnamespace <> 'pg_toast'::regnamespace and c.relpersistence <> 't'
union all
select 'functions', md5(string_agg(format('%s %s %s %s %s', p.proname, p.proowner, p.proacl, p.prosrc, p.proconfig), ',' order by p.oid))
from pg_proc p
where p.oid >= 16384
union all
select 'triggers', md5(string_agg(format('%s %s %s', t.tgname, t.tgrelid, t.tgenabled), ',' order by t.oid))
from pg_trigger t
where not t.tgisinternal
union all
select 'event triggers', md5(string_agg(format('%s %s', e.evtname, e.evtenabled), ',' order by e.oid)) from pg_event_trigger e
union all
select 'policies', md5(string_agg(format('%s %s', p.polname, p.polrelid), ',' order by p.oid)) from pg_policy p
