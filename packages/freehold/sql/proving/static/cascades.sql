-- Foreign keys through which a parent would take rows of a log along, or change them. $1 lists the services { name, schema },
-- $2 the logs { service, log }.
select format('%I.%I', l.schema, l.log) as object,
  format('the foreign key %s would %s its rows with those of %s', k.conname, a.act, k.confrelid::regclass) as summary,
  format('As an administrator: alter table %I.%I drop constraint %I. A log keeps the id; it needs no foreign key.', l.schema, l.log, k.conname) as repair
from (
  select s.schema, g.log
  from jsonb_to_recordset($2::jsonb) as g (service text, log text)
  join jsonb_to_recordset($1::jsonb) as s (name text, schema text) on s.name = g.service
) l
join pg_namespace n on n.nspname = l.schema
join pg_class c on c.relnamespace = n.oid and c.relname = l.log
join pg_constraint k on k.conrelid = c.oid and k.contype = 'f'
cross join lateral (
  values (k.confdeltype in ('c', 'n', 'd'), 'remove or change'), (k.confupdtype in ('c', 'n', 'd'), 'change')
) as a (is_so, act)
where a.is_so
order by object, summary
