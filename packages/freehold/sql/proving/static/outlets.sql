-- Ways out of this database: other servers, other databases, code that is not SQL. $1 lists the services { schema }.
select format('foreign server %s', s.srvname) as object, 'leads out of this database' as summary,
  format('drop server %I cascade', s.srvname) as repair
from pg_foreign_server s
union all
select format('extension %s', e.extname), 'tells whoever is in this database what others of the server do',
  format('drop extension %I here; it belongs into the administrator''s database', e.extname)
from pg_extension e
where e.extname in ('pg_stat_statements', 'pg_buffercache', 'pg_walinspect', 'pageinspect')
union all
select format('user mapping of %s', case m.umuser when 0 then 'PUBLIC' else pg_get_userbyid(m.umuser)::text end),
  'holds a password for another database', 'Drop it.'
from pg_user_mapping m
union all
select format('subscription %s', s.subname), 'writes what another database sends', format('drop subscription %I', s.subname)
from pg_subscription s
where s.subdbid = (select d.oid from pg_database d where d.datname = current_database())
union all
select format('language %s', l.lanname), format('%s may write functions in it that reach files and programs', coalesce(r.rolname::text, 'PUBLIC')),
  format('revoke usage on language %I from %s', l.lanname, coalesce(quote_ident(r.rolname), 'public'))
from pg_language l
cross join lateral aclexplode(l.lanacl) x
left join pg_roles r on r.oid = x.grantee
where not l.lanpltrusted and l.lanname not in ('internal', 'sql') and x.grantee <> l.lanowner
union all
select format('function %s', p.oid::regprocedure), format('is written in %s, whose code is bound by no privilege', l.lanname),
  format('drop function %s', p.oid::regprocedure)
from pg_proc p
join pg_language l on l.oid = p.prolang and not l.lanpltrusted and l.lanname <> 'sql'
join pg_namespace n on n.oid = p.pronamespace
join jsonb_to_recordset($1::jsonb) as s (schema text) on s.schema = n.nspname
order by object, summary
