-- What a service can use in a database: every relation of its own, with all that decides what may be done with it.
-- $1: the role of the service.
select
  jsonb_build_object(
    'schema', n.nspname,
    'name', c.relname,
    'kind', c.relkind,
    'isPartition', c.relispartition,
    'columns', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'name', a.attname,
        'type', format_type(a.atttypid, a.atttypmod),
        'oid', a.atttypid::integer,
        'notNull', a.attnotnull,
        'default', pg_get_expr(d.adbin, d.adrelid),
        'generated', nullif(a.attgenerated::text, ''),
        'identity', nullif(a.attidentity::text, ''),
        'collation', a.attcollation::regcollation::text,
        'mayInsert', has_column_privilege($1::name, c.oid, a.attnum, 'insert'),
        'mayUpdate', has_column_privilege($1::name, c.oid, a.attnum, 'update'),
        'maySelect', has_column_privilege($1::name, c.oid, a.attnum, 'select')
      ) order by a.attnum), '[]')
      from pg_attribute a
      left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
      where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    ),
    'constraints', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'name', k.conname,
        'type', k.contype,
        'definition', pg_get_constraintdef(k.oid),
        'columns', (
          select coalesce(jsonb_agg(a.attname order by u.place), '[]')
          from unnest(k.conkey) with ordinality as u (number, place)
          join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.number
        ),
        'refers', case when k.contype = 'f' then jsonb_build_object(
          'schema', rn.nspname,
          'name', r.relname,
          'columns', (
            select jsonb_agg(a.attname order by u.place)
            from unnest(k.confkey) with ordinality as u (number, place)
            join pg_attribute a on a.attrelid = k.confrelid and a.attnum = u.number
          )
        ) end
      ) order by k.conname), '[]')
      from pg_constraint k
      left join pg_class r on r.oid = k.confrelid
      left join pg_namespace rn on rn.oid = r.relnamespace
      where k.conrelid = c.oid and k.contype in ('c', 'f', 'p', 'u', 'x', 'n')
    ),
    'uniques', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'name', ic.relname,
        'definition', pg_get_indexdef(i.indexrelid),
        'columns', (
          select coalesce(jsonb_agg(a.attname order by u.place), '[]')
          from unnest(i.indkey::smallint[]) with ordinality as u (number, place)
          join pg_attribute a on a.attrelid = i.indrelid and a.attnum = u.number
        )
      ) order by ic.relname), '[]')
      from pg_index i
      join pg_class ic on ic.oid = i.indexrelid
      where i.indrelid = c.oid and (i.indisunique or i.indisexclusion)
    ),
    'triggers', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'name', t.tgname,
        'definition', pg_get_triggerdef(t.oid) || t.tgenabled::text,
        'body', p.prosrc
      ) order by t.tgname), '[]')
      from pg_trigger t
      join pg_proc p on p.oid = t.tgfoid
      where t.tgrelid = c.oid and not t.tgisinternal
    ),
    'rules', (
      select coalesce(jsonb_agg(pg_get_ruledef(r.oid) order by r.rulename), '[]')
      from pg_rewrite r
      where r.ev_class = c.oid
    ),
    'policies', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'name', p.polname,
        'command', p.polcmd,
        'using', pg_get_expr(p.polqual, p.polrelid),
        'check', pg_get_expr(p.polwithcheck, p.polrelid)
      ) order by p.polname), '[]')
      from pg_policy p
      where p.polrelid = c.oid
    ),
    'rowSecurity', c.relrowsecurity,
    'partitionKey', pg_get_partkeydef(c.oid),
    'partitions', (
      select coalesce(jsonb_agg(pg_get_expr(p.relpartbound, p.oid) order by p.relname), '[]')
      from pg_inherits h
      join pg_class p on p.oid = h.inhrelid
      where h.inhparent = c.oid
    ),
    'privileges', (
      select coalesce(jsonb_agg(privilege), '[]')
      from unnest(array['select', 'insert', 'update', 'delete', 'truncate']) as privilege
      where has_table_privilege($1::name, c.oid, privilege)
    )
  ) as relation
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
where
  c.relkind in ('r', 'p', 'v', 'm', 'f')
  and n.nspname not in ('pg_catalog', 'information_schema', 'freehold')
  and n.nspname !~ '^pg_(toast|temp)'
  and not exists (select from pg_depend e where e.objid = c.oid and e.deptype = 'e')
order by n.nspname, c.relname
