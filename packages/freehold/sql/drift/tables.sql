-- What differs between the tables of service $1 and what freehold.owned_table says of them, with the statement
-- that repairs it; a repair that is null needs a migration. freehold.table_drift is made of this text, so that
-- what a migration does and what a plan shows cannot disagree.
with
service as (
  select s.name, s.schema_name, s.owner_role, s.vault_role, s.migrator_role, s.app_role
  from freehold.service s
  where s.name = $1
),
owned as (
  select
    t.table_name,
    t.mutability,
    t.key_column,
    t.history_table,
    t.log_kind,
    t.log_relid,
    t.partition_rows,
    t.partitioned_to,
    t.personal,
    t.mutability = 'immutable' as is_log,
    s.name as service,
    p.schema_name,
    s.owner_role,
    s.vault_role,
    s.app_role,
    c.oid as relid,
    c.relkind,
    c.relnamespace,
    c.relpersistence,
    c.relrowsecurity,
    c.relforcerowsecurity,
    c.relacl,
    c.relowner,
    pg_get_userbyid(c.relowner)::text as actual_owner,
    case when t.mutability = 'immutable' then s.vault_role else s.owner_role end as right_owner,
    format('%I.%I', p.schema_name, t.table_name) as qualified,
    p.schema_name || '.' || t.table_name as object
  from service s
  join freehold.owned_table t on t.service = s.name
  -- A projection may have another build beside it, with the same guards.
  cross join lateral (
    select s.schema_name
    union all
    select s.schema_name || b.place
    from (values ('_rebuild'), ('_retired')) as b (place)
    where t.projection is not null
  ) p
  join pg_namespace n on n.nspname = p.schema_name
  join pg_class c on c.relnamespace = n.oid and c.relname = t.table_name and c.relkind in ('r', 'p', 'v', 'm', 'f')
),
columns as (
  select
    o.object,
    a.attname::text as name,
    a.atttypid,
    format_type(a.atttypid, a.atttypmod) as type,
    a.attnotnull,
    a.attidentity,
    a.attgenerated,
    pg_get_expr(d.adbin, d.adrelid) as default_expression,
    a.attacl,
    o.relid
  from owned o
  join pg_attribute a on a.attrelid = o.relid and a.attnum > 0 and not a.attisdropped
  left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
),
-- Everything that belongs to a log and can hold an expression, or hang on something else.
parts as (
  select o.object, o.relid, 'pg_class'::regclass::oid as classid, o.relid as objid, null::"char" as contype, null::text as tree
  from owned o
  where o.is_log
  union all
  select o.object, o.relid, 'pg_attrdef'::regclass, f.oid, null, f.adbin::text
  from owned o
  join pg_attrdef f on f.adrelid = o.relid
  where o.is_log
  union all
  select o.object, o.relid, 'pg_constraint'::regclass, k.oid, k.contype, k.conbin::text
  from owned o
  join pg_constraint k on k.conrelid = o.relid
  where o.is_log
  union all
  select o.object, o.relid, 'pg_class'::regclass, i.indexrelid, null, concat(i.indexprs::text, i.indpred::text)
  from owned o
  join pg_index i on i.indrelid = o.relid
  where o.is_log
),
-- Columns that the manifest calls personal and that a migration has yet to bring, so that a manifest may run ahead of its
-- migrations.
awaited as (
  select o.object, o.personal ->> 'subject' as name,
    format('needs a column "%s", which says whom its personal columns are about', o.personal ->> 'subject') as summary
  from owned o
  where o.personal is not null
    and not exists (select from columns c where c.object = o.object and c.name = o.personal ->> 'subject')
  union all
  select o.object, f.name, format('needs the personal column "%s"', f.name)
  from owned o
  cross join lateral jsonb_array_elements_text(o.personal -> 'fields') as f (name)
  where not exists (select from columns c where c.object = o.object and c.name = f.name)
  union all
  select o.object, 'personal', 'has a history and personal columns, and needs a column "personal" jsonb not null default ''{}'''
  from owned o
  where o.personal is not null and not o.is_log and o.history_table is not null
    and not exists (select from columns c where c.object = o.object and c.name = 'personal')
),
-- What of a table is to be sealed: in a log by its columns themselves, in any other in a column "personal" beside them, from
-- which its history takes it. Without a history nothing is sealed. Nothing can be sealed before there is a subject, and a
-- place for envelopes; a column that has yet to come leaves the others as they are.
personal as (
  select o.object, o.relid, o.is_log, f.name, f.place
  from owned o
  cross join lateral jsonb_array_elements_text(o.personal -> 'fields') with ordinality as f (name, place)
  where (o.is_log or o.history_table is not null)
    and not exists (
      select from awaited a
      where a.object = o.object
        and (a.name in (f.name, o.personal ->> 'subject') or (a.name = 'personal' and not o.is_log))
    )
),
sequences as (
  select o.object, s.oid as relid, s.relowner, s.relacl, format('%I.%I', n.nspname, s.relname) as qualified
  from owned o
  join pg_depend d on d.refclassid = 'pg_class'::regclass and d.refobjid = o.relid and d.deptype = 'i'
  join pg_class s on d.classid = 'pg_class'::regclass and s.oid = d.objid and s.relkind = 'S'
  join pg_namespace n on n.oid = s.relnamespace
  where o.is_log
),
-- Freehold makes the partitions of a log, and the vault has them: all about them follows from the log.
partitions as (
  select
    o.object,
    o.service,
    o.table_name,
    o.relid as log_relid,
    o.right_owner,
    o.partitioned_to,
    c.oid as relid,
    c.relname::text as name,
    format('%I.%I', n.nspname, c.relname) as qualified,
    c.relkind,
    c.relnamespace <> o.relnamespace as is_elsewhere,
    c.relpersistence,
    c.relrowsecurity,
    c.relowner,
    c.relacl,
    i.inhdetachpending,
    b.bounds[1]::bigint as low,
    b.bounds[2]::bigint as high
  from owned o
  join pg_inherits i on i.inhparent = o.relid
  join pg_class c on c.oid = i.inhrelid
  join pg_namespace n on n.oid = c.relnamespace
  cross join lateral regexp_match(pg_get_expr(c.relpartbound, c.oid), '^FOR VALUES FROM \(''(\d+)''\) TO \(''(\d+)''\)$') as b (bounds)
  where o.is_log and o.relkind = 'p'
),
bounds as (
  select p.object, p.low, p.high,
    coalesce(
      lag(p.high) over (partition by p.object order by p.low),
      (select max(a.to_seq) from freehold.archive a where a.service = p.service and a.log = p.table_name),
      1
    ) as right_low
  from partitions p
),
shape as (
  select o.object, 'is not a plain table' as summary
  from owned o
  where o.relkind not in ('r', 'p')
  union all
  select o.object, w.what
  from owned o
  cross join lateral (
    values
      (o.relkind = 'r' and o.partition_rows is not null, 'is a plain table, and the manifest has it in partitions: create it with "partition by range (seq)"'),
      (o.relkind = 'p' and o.partition_rows is null, 'is partitioned, and the manifest does not say how large its partitions are: declare partition: { rows: … }'),
      (
        o.relkind = 'p' and current_setting('server_version_num')::integer < 170000,
        'is partitioned, which a log can be from PostgreSQL 17 on: on an older server it is a plain table'
      ),
      (o.relkind = 'p' and pg_get_partkeydef(o.relid) <> 'RANGE (seq)', 'is not partitioned by range (seq)'),
      (
        o.relkind = 'p' and exists (select from pg_constraint k where k.contype = 'f' and o.relid in (k.conrelid, k.confrelid)),
        'has a foreign key, for which making and archiving a partition would have to lock another table'
      ),
      (
        o.relkind = 'p' and o.log_relid is null and o.actual_owner <> o.right_owner
          and exists (select from pg_inherits i where i.inhparent = o.relid),
        'has partitions of somebody else: Freehold makes them, when the migration ends'
      ),
      (
        o.relkind = 'p' and o.partitioned_to <> coalesce((select max(p.high) from partitions p where p.log_relid = o.relid), 0),
        format(
          'has partitions for the seqs before %s, and Freehold made them for those before %s',
          (select max(p.high) from partitions p where p.log_relid = o.relid), o.partitioned_to
        )
      )
  ) as w (is_wrong, what)
  where o.is_log and w.is_wrong
  union all
  select b.object, format('has no partition for the seqs from %s on, and one for those from %s on', b.right_low, b.low)
  from bounds b
  where b.low <> b.right_low
  union all
  select p.object, format('has a partition "%s" %s', p.name, w.what)
  from partitions p
  cross join lateral (
    values
      (p.relkind <> 'r', 'that is not a plain table'),
      (p.is_elsewhere, 'in another schema'),
      (p.low is null, 'that is not bounded by seqs'),
      (p.inhdetachpending, 'that is being detached'),
      (
        exists (
          select
          from pg_attribute a
          join pg_attribute l on l.attrelid = p.log_relid and l.attname = a.attname
          left join pg_attrdef own on own.adrelid = a.attrelid and own.adnum = a.attnum
          left join pg_attrdef its on its.adrelid = l.attrelid and its.adnum = l.attnum
          where a.attrelid = p.relid and a.attnum > 0 and not a.attisdropped
            and pg_get_expr(own.adbin, own.adrelid) is distinct from pg_get_expr(its.adbin, its.adrelid)
        ),
        'with defaults of its own'
      ),
      (
        exists (select from pg_constraint k where k.conrelid = p.relid and k.contype <> 't' and k.conparentid = 0 and k.coninhcount = 0),
        'with a constraint of its own'
      ),
      (
        exists (
          select from pg_index x where x.indrelid = p.relid and not exists (select from pg_inherits i where i.inhrelid = x.indexrelid)
        ),
        'with an index of its own'
      ),
      (exists (select from pg_statistic_ext e where e.stxrelid = p.relid), 'with extended statistics of its own'),
      (exists (select from pg_rewrite r where r.ev_class = p.relid), 'with a rule of its own'),
      (exists (select from pg_policy y where y.polrelid = p.relid), 'with a policy of its own')
  ) as w (is_wrong, what)
  where w.is_wrong
  union all
  select o.object, format('needs a column "%s" %s', r.name, r.description)
  from owned o
  cross join lateral (
    values
      ('version', 'integer not null default 1', array['integer', 'bigint'], true),
      ('updated_at', 'timestamptz not null default now()', array['timestamp with time zone'], true),
      (o.key_column, 'as its primary key', null, true)
  ) as r (name, description, types, not_null)
  where not o.is_log
    and not exists (
      select from columns c
      where c.object = o.object and c.name = r.name and (r.types is null or c.type = any (r.types)) and c.attnotnull
    )
  union all
  select o.object, format('needs "%s" alone as its primary key', o.key_column)
  from owned o
  where not o.is_log
    and exists (select from columns c where c.object = o.object and c.name = o.key_column)
    and not exists (
      select
      from pg_index i
      join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
      where i.indrelid = o.relid and i.indisprimary and i.indnkeyatts = 1 and a.attname = o.key_column
    )
  union all
  select o.object, format('needs a column "%s" %s', r.name, r.description)
  from owned o
  cross join lateral (
    values
      ('seq', 'bigint generated always as identity', 'bigint', 'a', null),
      ('xid', 'xid8 not null default pg_current_xact_id()', 'xid8', '', 'pg_current_xact_id()'),
      ('at', 'timestamptz not null default clock_timestamp()', 'timestamp with time zone', '', 'clock_timestamp()')
  ) as r (name, description, type, identity, default_expression)
  where o.is_log
    and not exists (
      select from columns c
      where c.object = o.object and c.name = r.name and c.type = r.type and c.attnotnull
        and c.attidentity::text = r.identity and c.default_expression is not distinct from r.default_expression
    )
  union all
  select o.object, format('is a history and needs a column "%s" %s', r.name, r.type)
  from owned o
  cross join lateral (
    values ('entity_id', null), ('version', 'integer'), ('operation', 'text'), ('data', 'jsonb')
  ) as r (name, type)
  where o.log_kind = 'history'
    and not exists (
      select from columns c where c.object = o.object and c.name = r.name and (r.type is null or c.type = r.type)
    )
  union all
  select o.object, format('is a log of events and needs a column "%s" %s', r.name, r.description)
  from owned o
  cross join lateral (
    values
      ('id', 'uuid not null', 'uuid', true),
      ('type', 'text not null', 'text', true),
      ('key', 'text not null', 'text', true),
      ('data', 'jsonb not null', 'jsonb', true),
      ('correlation_id', 'text', 'text', false),
      ('causation_id', 'text', 'text', false),
      ('traceparent', 'text', 'text', false)
  ) as r (name, description, type, is_required)
  where o.log_kind = 'events'
    and not exists (
      select from columns c
      where c.object = o.object and c.name = r.name and c.type = r.type and (c.attnotnull or not r.is_required)
    )
  union all
  select o.object, format('is a log of the checkpoints of others and needs a column "%s" %s not null', r.name, r.type)
  from owned o
  cross join lateral (
    values ('source', 'text'), ('log', 'text'), ('kind', 'text'), ('size', 'bigint'), ('position', 'bigint'), ('note', 'text')
  ) as r (name, type)
  where o.log_kind = 'witness'
    and not exists (
      select from columns c where c.object = o.object and c.name = r.name and c.type = r.type and c.attnotnull
    )
  union all
  select o.object, format('is a log of erasures and needs a column "%s" %s', r.name, r.description)
  from owned o
  cross join lateral (
    values
      ('id', 'uuid not null', 'uuid', true),
      ('step', 'text not null', 'text', true),
      ('subject', 'text not null', 'text', true),
      ('purpose', 'text', 'text', false),
      ('reason', 'text', 'text', false),
      ('detail', 'jsonb not null', 'jsonb', true)
  ) as r (name, description, type, is_required)
  where o.log_kind = 'erasure'
    and not exists (
      select from columns c
      where c.object = o.object and c.name = r.name and c.type = r.type and (c.attnotnull or not r.is_required)
    )
  union all
  -- Otherwise the guard of a table could be taken off by dropping a column. One that was not sealed yet is only awaited.
  select distinct a.object, 'has lost a column that it needs to seal what is personal'
  from awaited a
  join owned o on o.object = a.object
  join pg_proc p on p.pronamespace = 'freehold'::regnamespace and p.proname = format('%s__%s__history', o.service, o.table_name)
  cross join lateral substring(p.prosrc from 'fields constant pg_catalog\.text\[\] := array\[([^]]*)\]') as s (fields)
  where strpos(s.fields, quote_literal(a.name)) > 0
    or (s.fields is not null and a.name in ('personal', o.personal ->> 'subject'))
  union all
  select p.object, format('has a personal column "%s" of the type %s, and needs text or jsonb, which hold what is sealed', p.name, c.type)
  from personal p
  join columns c on c.object = p.object and c.name = p.name
  where p.is_log and c.type not in ('text', 'jsonb')
  union all
  -- What comes out of an envelope is what JSON can say, and must be what the column holds.
  select p.object,
    format(
      'has a personal column "%s" of the type %s, and its history can seal text, varchar, boolean, smallint, integer, double precision, jsonb and text[]',
      p.name, c.type
    )
  from personal p
  join columns c on c.object = p.object and c.name = p.name
  where not p.is_log and c.type !~ '^(text|character varying(\(\d+\))?|boolean|smallint|integer|double precision|jsonb|text\[\])$'
  union all
  select distinct p.object, 'has a history and personal columns, and needs a column "personal" jsonb not null default ''{}'''
  from personal p
  where not p.is_log
    and not exists (
      select from columns c
      where c.object = p.object and c.name = 'personal' and c.type = 'jsonb' and c.attnotnull
        and c.default_expression = '''{}''::jsonb'
    )
  union all
  select o.object, 'needs a unique index on "seq" alone'
  from owned o
  where o.is_log
    and exists (select from columns c where c.object = o.object and c.name = 'seq')
    and not exists (
      select
      from pg_index i
      join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
      where i.indrelid = o.relid and i.indisunique and i.indisvalid and i.indnkeyatts = 1 and i.indpred is null and a.attname = 'seq'
    )
  union all
  select s.object, 'needs positions that count up by one from 1, without a cycle'
  from sequences s
  join pg_sequence q on q.seqrelid = s.relid
  where q.seqincrement <> 1 or q.seqmin <> 1 or q.seqmax <> 9223372036854775807 or q.seqcycle
  union all
  select o.object, 'is not the table that was handed to the vault: it was dropped and created anew'
  from owned o
  where o.is_log and o.log_relid <> o.relid
  union all
  -- Whoever owns a type can rename its labels, and so change what old rows say.
  select o.object, format('has a column "%s" of the type %s, which can be altered', c.name, c.type)
  from owned o
  join columns c on c.object = o.object
  join pg_type t on t.oid = c.atttypid
  where o.is_log and t.typnamespace <> 'pg_catalog'::regnamespace
  union all
  -- What is not PostgreSQL's own can be replaced, and then runs as the vault; or be dropped, and the log with it.
  select p.object, format('depends on %s, whose owner could change it or drop the log with it', pg_describe_object(d.refclassid, d.refobjid, d.refobjsubid))
  from parts p
  join pg_depend d on d.classid = p.classid and d.objid = p.objid
  where d.refclassid <> 'pg_namespace'::regclass
    and not (d.refclassid = 'pg_class'::regclass and d.refobjid = p.relid)
    and not (d.refclassid = 'pg_constraint'::regclass and exists (select from parts k where k.classid = d.refclassid and k.objid = d.refobjid))
    and not (p.contype is not distinct from 'f' and d.refclassid = 'pg_class'::regclass)
  union
  -- A function of PostgreSQL's own may run any SQL that it is given (ts_rewrite, query_to_xml): then it is not immutable.
  select p.object, format('calls %s, which is not immutable', f.oid::regprocedure)
  from parts p
  cross join lateral regexp_matches(p.tree, ':(?:funcid|opfuncid) ([0-9]+)', 'g') as m (id)
  join pg_proc f on f.oid = m.id[1]::oid
  where f.provolatile <> 'i'
    and f.oid::regprocedure::text <> all (
      array[
        'pg_current_xact_id()', 'clock_timestamp()', 'now()', 'transaction_timestamp()', 'statement_timestamp()',
        'gen_random_uuid()', 'uuidv7()'
      ]
    )
  union all
  select o.object, format('has extended statistics "%s", which ANALYZE would compute as the vault', e.stxname)
  from owned o
  join pg_statistic_ext e on e.stxrelid = o.relid
  where o.is_log
  union all
  select o.object, 'inherits from, or is inherited by, another table'
  from owned o
  where exists (
    select
    from pg_inherits i
    join pg_class child on child.oid = i.inhrelid
    where o.relid in (i.inhrelid, i.inhparent)
      and (not child.relispartition or (o.is_log and o.relid = i.inhrelid))
  )
),
-- What must not be handed to the vault is not touched at all, nor what lacks a column that its guards speak of.
-- Any other table is guarded as well as it can be: what is wrong with a column does not excuse a missing trigger.
untouchable as (
  select o.object
  from owned o
  join shape p on p.object = o.object
  where o.is_log or o.relkind not in ('r', 'p')
  union
  select o.object
  from owned o
  cross join lateral (values ('version'), ('updated_at'), (o.key_column)) as r (name)
  where not o.is_log and not exists (select from columns c where c.object = o.object and c.name = r.name)
),
-- As PostgreSQL writes it down, so that it can be compared.
expected_seals as (
  select p.object, format(case count(*) when 1 then 'CHECK (%s)' else 'CHECK ((%s))' end, string_agg(k.condition, ' AND ' order by p.place)) as definition
  from personal p
  join columns c on c.object = p.object and c.name = p.name
  cross join lateral format(
    case c.type
      when 'jsonb' then $condition$((%1$I IS NULL) OR ((jsonb_typeof(%1$I) = 'string'::text) AND (((%1$I #>> '{}'::text[]) COLLATE "C") ~ '%2$s'::text)))$condition$
      else $condition$((%1$I IS NULL) OR ((%1$I COLLATE "C") ~ '%2$s'::text))$condition$
    end,
    p.name, '^personal\.v1:[a-z][a-z0-9_]*:[A-Za-z0-9_-]+$'
  ) as k (condition)
  where p.is_log
  group by p.object
),
actual_seals as (
  select o.object, regexp_replace(pg_get_constraintdef(k.oid), ' NOT VALID$', '') as definition
  from owned o
  join pg_constraint k on k.conrelid = o.relid and k.conname = 'personal_is_sealed'
  where o.is_log
),
expected_grants as (
  select o.object, o.app_role as grantee, p.privilege
  from owned o
  cross join lateral unnest(
    case when o.is_log then array['SELECT'] else array['SELECT', 'INSERT', 'UPDATE', 'DELETE'] end
  ) as p (privilege)
  union all
  select o.object, o.owner_role, 'SELECT' from owned o where o.is_log
),
actual_grants as (
  select
    o.object,
    coalesce(r.rolname::text, 'PUBLIC') as grantee,
    a.privilege_type as privilege,
    bool_or(a.is_grantable) as is_grantable
  from owned o
  cross join lateral aclexplode(o.relacl) a
  left join pg_roles r on r.oid = a.grantee
  where a.grantee <> o.relowner
  group by o.object, coalesce(r.rolname::text, 'PUBLIC'), a.privilege_type
),
expected_column_grants as (
  select o.object, c.name as column_name, o.app_role as grantee, 'INSERT' as privilege
  from owned o
  join columns c on c.object = o.object
  where o.is_log
    and o.log_kind <> 'history'
    and c.name not in ('seq', 'xid', 'at')
    and c.attidentity = ''
    and c.attgenerated = ''
),
actual_column_grants as (
  select
    c.object,
    c.name as column_name,
    coalesce(r.rolname::text, 'PUBLIC') as grantee,
    a.privilege_type as privilege,
    bool_or(a.is_grantable) as is_grantable
  from owned o
  join columns c on c.object = o.object
  cross join lateral aclexplode(c.attacl) a
  left join pg_roles r on r.oid = a.grantee
  where a.grantee <> o.relowner
  group by c.object, c.name, coalesce(r.rolname::text, 'PUBLIC'), a.privilege_type
),
expected_functions as (
  select
    o.object,
    o.vault_role,
    format('%s__%s__history', o.service, o.table_name) as name,
    format(
      -- Every name is qualified instead of pinning the search_path, which would cost as much as the row. It belongs to
      -- one table, which may be renamed, and it is not the last trigger to see the row: so it trusts neither.
      e'\n%7$sbegin\n  if tg_table_name operator(pg_catalog.<>) %3$L or tg_table_schema operator(pg_catalog.<>) %4$L then\n    raise exception ''%%.%% has no history of its own'', tg_table_schema, tg_table_name using errcode = ''insufficient_privilege'';\n  end if;\n  if tg_op operator(pg_catalog.=) ''DELETE'' then\n    insert into %1$s (at, entity_id, version, operation, data)\n    values (pg_catalog.clock_timestamp(), old.%2$I, old.version operator(pg_catalog.+) 1, ''delete'', %5$s);\n    return null;\n  end if;\n  if (new.updated_at operator(pg_catalog.>=) pg_catalog.now()) is not true\n    or (new.version operator(pg_catalog.=) case when tg_op operator(pg_catalog.=) ''INSERT'' then 1 else old.version operator(pg_catalog.+) 1 end) is not true\n  then\n    raise exception ''%%.%%: a trigger changed the version or the time after freehold_keep_version'', tg_table_schema, tg_table_name\n      using errcode = ''check_violation'';\n  end if;\n%8$s  insert into %1$s (at, entity_id, version, operation, data)\n  values (new.updated_at, new.%2$I, new.version, pg_catalog.lower(tg_op), %6$s);\n  return null;\nend\n',
      format('%I.%I', o.schema_name, o.history_table),
      o.key_column,
      o.table_name,
      o.schema_name,
      case when h.fields is null then 'pg_catalog.to_jsonb(old)' else 'pg_catalog.to_jsonb(old) operator(pg_catalog.-) fields' end,
      case when h.fields is null then 'pg_catalog.to_jsonb(new)' else 'present operator(pg_catalog.-) fields' end,
      case when h.fields is null then '' else format($declared$declare
  fields constant pg_catalog.text[] := %s;
  present constant pg_catalog.jsonb := case when tg_op operator(pg_catalog.<>) 'DELETE' then pg_catalog.to_jsonb(new) end;
  past constant pg_catalog.jsonb := case when tg_op operator(pg_catalog.=) 'UPDATE' then pg_catalog.to_jsonb(old) end;
  field pg_catalog.text;
  envelope pg_catalog.text;
$declared$, h.fields) end,
      -- A null has no envelope; anything else has one, which is another when the value or the subject is.
      case when h.fields is null then '' else format($sealed$  foreach field in array fields loop
    envelope := new.personal operator(pg_catalog.->>) field;
    if (case
      when (present operator(pg_catalog.->) field) operator(pg_catalog.=) 'null' then envelope is null
      when (envelope collate pg_catalog."C") operator(pg_catalog.~) '^personal\.v1:[a-z][a-z0-9_]*:[A-Za-z0-9_-]+$' then
        past is null
        or ((past operator(pg_catalog.#>>) array['personal', field]) operator(pg_catalog.=) envelope) is not true
        or (
          (present operator(pg_catalog.->) field) operator(pg_catalog.=) (past operator(pg_catalog.->) field)
          and (present operator(pg_catalog.->) %1$L) operator(pg_catalog.=) (past operator(pg_catalog.->) %1$L)
        )
      else false
    end) is not true then
      raise exception '%%.%%: the personal value of "%%" is not sealed as it is', tg_table_schema, tg_table_name, field
        using errcode = 'check_violation', constraint = 'personal_is_sealed',
          schema = tg_table_schema, table = tg_table_name, column = field,
          hint = 'Write its envelope into the column "personal" in the same statement, as the runtime does: a history keeps nothing personal that is not sealed.';
    end if;
  end loop;
  if (new.personal operator(pg_catalog.-) fields) operator(pg_catalog.<>) '{}' then
    raise exception '%%.%%: the column "personal" has something beside the envelopes of personal values', tg_table_schema, tg_table_name
      using errcode = 'check_violation', constraint = 'personal_is_sealed',
        schema = tg_table_schema, table = tg_table_name, column = 'personal',
        hint = 'It is { column: envelope } for each personal column that is not null.';
  end if;
$sealed$, o.personal ->> 'subject') end
    ) as source,
    -- How such values are written depends on settings of the session, which the app can change.
    case
      when exists (
        select
        from columns c
        where c.object = o.object
          and c.type ~ '^(real|double precision|interval|bytea|money|point|line|lseg|box|path|polygon|circle|ts[a-z]*range|ts[a-z]*multirange|date[a-z]*range)'
      )
      then array['extra_float_digits=1', 'IntervalStyle=postgres', 'bytea_output=hex', 'DateStyle=iso, ymd', 'TimeZone=utc']
    end as settings
  from owned o
  left join lateral (
    select format('array[%s]', string_agg(quote_literal(p.name), ', ' order by p.place)) as fields
    from personal p
    where p.object = o.object
    having count(*) > 0
  ) h on true
  where o.history_table is not null
    and exists (select from owned h where h.table_name = o.history_table)
),
expected_triggers as (
  select o.object, o.relid, o.qualified, t.name, format('CREATE TRIGGER %s %s', t.name, t.rest) as definition
  from owned o
  cross join lateral (
    select 'freehold_refuse_change' as name,
      format('BEFORE DELETE OR UPDATE ON %s FOR EACH ROW EXECUTE FUNCTION freehold.refuse_log_change()', o.qualified) as rest
    where o.is_log
    union all
    select 'freehold_refuse_truncate',
      format('BEFORE TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION freehold.refuse_log_change()', o.qualified)
    where o.is_log
    union all
    select 'freehold_keep_version',
      format(
        'BEFORE INSERT OR UPDATE ON %s FOR EACH ROW EXECUTE FUNCTION freehold.keep_version(%s)',
        o.qualified,
        case when exists (
          select from columns c where c.object = o.object and c.name = 'created_at' and c.type = 'timestamp with time zone'
        ) then '''created_at''' else '' end
      )
    where not o.is_log
    union all
    select 'freehold_keep_key',
      format(
        'BEFORE UPDATE ON %1$s FOR EACH ROW WHEN ((old.%2$I IS DISTINCT FROM new.%2$I)) EXECUTE FUNCTION freehold.refuse_key_change(%2$L)',
        o.qualified, o.key_column
      )
    where not o.is_log
    union all
    select 'freehold_history',
      format('AFTER INSERT OR DELETE OR UPDATE ON %s FOR EACH ROW EXECUTE FUNCTION freehold.%I()', o.qualified, f.name)
    from expected_functions f
    where f.object = o.object
    union all
    select 'freehold_refuse_truncate',
      format('BEFORE TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION freehold.refuse_truncate()', o.qualified)
    where not o.is_log and o.history_table is not null
  ) t
),
actual_triggers as (
  select o.object, o.is_log, o.qualified, t.tgname::text as name, pg_get_triggerdef(t.oid) as definition, t.tgenabled,
    -- On its own tables a team may have triggers, as long as they run its own functions.
    pg_get_userbyid(p.proowner) = o.right_owner as is_own
  from owned o
  join pg_trigger t on t.tgrelid = o.relid and not t.tgisinternal
  join pg_proc p on p.oid = t.tgfoid
),
expected_policies as (
  select o.object, o.qualified, p.name, p.command, p.clause, p.qual, p.with_check
  from owned o
  cross join lateral (
    values
      ('freehold_read', 'r', 'for select using (true)', 'true', null),
      ('freehold_append', 'a', 'for insert with check (true)', null, 'true'),
      (
        'freehold_refuse_update', 'w', format('for update using (freehold.refuse_log_statement(%L))', o.object),
        format('freehold.refuse_log_statement(%L::text)', o.object), null
      ),
      (
        'freehold_refuse_delete', 'd', format('for delete using (freehold.refuse_log_statement(%L))', o.object),
        format('freehold.refuse_log_statement(%L::text)', o.object), null
      )
  ) as p (name, command, clause, qual, with_check)
  where o.is_log
),
actual_policies as (
  select
    o.object,
    o.qualified,
    p.polname::text as name,
    p.polcmd::text as command,
    p.polpermissive,
    p.polroles,
    pg_get_expr(p.polqual, p.polrelid) as qual,
    pg_get_expr(p.polwithcheck, p.polrelid) as with_check
  from owned o
  join pg_policy p on p.polrelid = o.relid
  where o.is_log
),
serial_sequences as (
  select o.object, o.app_role, s.oid as relid, format('%I.%I', n.nspname, s.relname) as qualified
  from owned o
  join pg_depend d on d.refclassid = 'pg_class'::regclass and d.refobjid = o.relid and d.deptype = 'a'
  join pg_class s on d.classid = 'pg_class'::regclass and s.oid = d.objid and s.relkind = 'S'
  join pg_namespace n on n.oid = s.relnamespace
  where not o.is_log
),
drift as (
  select 0 as place, p.object, 'shape' as kind, p.summary, null::text as repair from shape p

  union all
  select 10, o.object, 'owner', format('owner is %s and must be %s', o.actual_owner, o.right_owner),
    format('alter table %s owner to %I', o.qualified, o.right_owner)
  from owned o
  where o.actual_owner <> o.right_owner

  union all
  select 11, o.object, 'persistence', 'is unlogged: a crash would empty it', format('alter table %s set logged', o.qualified)
  from owned o
  where o.relpersistence = 'u'

  union all
  select 12, o.object, 'rule', format('has a rule "%s"', r.rulename), format('drop rule %I on %s', r.rulename, o.qualified)
  from owned o
  join pg_rewrite r on r.ev_class = o.relid
  where o.is_log and r.rulename <> '_RETURN'

  union all
  select 13, o.object, 'grant', format('its owner %s lacks rights on it', o.right_owner),
    format('grant all on table %s to %I', o.qualified, o.right_owner)
  from owned o
  where o.actual_owner = o.right_owner and o.relkind in ('r', 'p')
    and not (has_table_privilege(o.relowner, o.relid, 'INSERT') and has_table_privilege(o.relowner, o.relid, 'SELECT'))

  union all
  -- A grant of an earlier owner outlives it when the two happen at once; only as that grantor can it be taken back.
  select 14, o.object, 'grant', format('has rights that %s granted', pg_get_userbyid(x.grantor)),
    format('alter table %1$s owner to %2$I; alter table %1$s owner to %3$I', o.qualified, pg_get_userbyid(x.grantor), o.right_owner)
  from owned o
  cross join lateral (
    select e.grantor from aclexplode(o.relacl) e
    union
    select e.grantor from columns c cross join lateral aclexplode(c.attacl) e where c.object = o.object
  ) x
  where x.grantor <> o.relowner and pg_get_userbyid(x.grantor) = o.owner_role

  union all
  select 15, s.object, 'revoke', format('%s has %s on %s', coalesce(r.rolname::text, 'PUBLIC'), string_agg(x.privilege_type, ', '), s.qualified),
    format('revoke all on sequence %s from %s cascade', s.qualified, coalesce(quote_ident(r.rolname), 'public'))
  from sequences s
  cross join lateral aclexplode(s.relacl) x
  left join pg_roles r on r.oid = x.grantee
  where x.grantee <> s.relowner
  group by s.object, s.qualified, r.rolname

  union all
  -- The sealer finds by it what was written since.
  select 16, o.object, 'index', 'has no index on "xid"',
    format('create index %I on %s (xid)', left(o.table_name, 48) || '_freehold_xid', o.qualified)
  from owned o
  where o.is_log and o.relkind in ('r', 'p')
    and not exists (
      select
      from pg_index i
      join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
      where i.indrelid = o.relid and i.indisvalid and i.indpred is null and a.attname = 'xid'
    )
    and exists (select from columns c where c.object = o.object and c.name = 'xid')

  union all
  -- A session that has drawn seqs beforehand gives a later change an earlier one: the order of a key would be wrong.
  select 17, s.object, 'sequence', format('%s is drawn from %s numbers at a time', s.qualified, q.seqcache),
    format('alter sequence %s cache 1', s.qualified)
  from sequences s
  join pg_sequence q on q.seqrelid = s.relid
  where q.seqcache <> 1

  union all
  -- A partition that was made with it has it as its own.
  select 18, a.object, 'constraint', 'does not check as it should that what is personal is sealed',
    format('alter table %s drop constraint personal_is_sealed', o.qualified)
      || coalesce(
        (
          select string_agg(format('; alter table %s drop constraint if exists personal_is_sealed', p.qualified), '')
          from partitions p
          where p.object = o.object
        ),
        ''
      )
  from actual_seals a
  join owned o on o.object = a.object
  left join expected_seals e on e.object = a.object
  where a.definition is distinct from e.definition

  union all
  -- Rows that were written before it was personal stay as they are.
  select 19, e.object, 'constraint', 'does not check that what is personal is sealed',
    format(
      'alter table %s add constraint personal_is_sealed %s%s', o.qualified, e.definition,
      case when exists (
        select from sequences s where s.object = o.object and pg_sequence_last_value(s.relid::regclass) is not null
      ) then ' not valid' else '' end
    )
  from expected_seals e
  join owned o on o.object = e.object
  left join actual_seals a on a.object = e.object
  where a.definition is distinct from e.definition

  union all
  select 20, e.object, 'grant', format('%s lacks %s', e.grantee, string_agg(e.privilege, ', ')),
    format('grant %s on table %s to %I', string_agg(e.privilege, ', '), o.qualified, e.grantee)
  from expected_grants e
  join owned o on o.object = e.object
  left join actual_grants a on a.object = e.object and a.grantee = e.grantee and a.privilege = e.privilege
  where a.privilege is null
  group by e.object, e.grantee, o.qualified

  union all
  select 21, a.object, 'revoke', format('%s has %s', a.grantee, string_agg(a.privilege, ', ')),
    format('revoke %s on table %s from %s cascade', string_agg(a.privilege, ', '), o.qualified,
      case a.grantee when 'PUBLIC' then 'public' else quote_ident(a.grantee) end)
  from actual_grants a
  join owned o on o.object = a.object
  left join expected_grants e on e.object = a.object and e.grantee = a.grantee and e.privilege = a.privilege
  where e.privilege is null
  group by a.object, a.grantee, o.qualified

  union all
  select 22, a.object, 'revoke', format('%s may pass on %s', a.grantee, string_agg(a.privilege, ', ')),
    format('revoke grant option for %s on table %s from %I cascade', string_agg(a.privilege, ', '), o.qualified, a.grantee)
  from actual_grants a
  join owned o on o.object = a.object
  join expected_grants e on e.object = a.object and e.grantee = a.grantee and e.privilege = a.privilege
  where a.is_grantable
  group by a.object, a.grantee, o.qualified

  union all
  select 23, e.object, 'grant', format('%s lacks %s on %s', e.grantee, e.privilege, string_agg(e.column_name, ', ')),
    format('grant %s (%s) on table %s to %I', e.privilege, string_agg(quote_ident(e.column_name), ', '), o.qualified, e.grantee)
  from expected_column_grants e
  join owned o on o.object = e.object
  left join actual_column_grants a
    on a.object = e.object and a.column_name = e.column_name and a.grantee = e.grantee and a.privilege = e.privilege
  where a.privilege is null
  group by e.object, e.grantee, e.privilege, o.qualified

  union all
  select 24, a.object, 'revoke', format('%s has %s on %s', a.grantee, a.privilege, string_agg(a.column_name, ', ')),
    format('revoke %s (%s) on table %s from %s cascade', a.privilege, string_agg(quote_ident(a.column_name), ', '), o.qualified,
      case a.grantee when 'PUBLIC' then 'public' else quote_ident(a.grantee) end)
  from actual_column_grants a
  join owned o on o.object = a.object
  left join expected_column_grants e
    on e.object = a.object and e.column_name = a.column_name and e.grantee = a.grantee and e.privilege = a.privilege
  where e.privilege is null
  group by a.object, a.grantee, a.privilege, o.qualified

  union all
  select 25, a.object, 'revoke', format('%s may pass on %s on %s', a.grantee, a.privilege, string_agg(a.column_name, ', ')),
    format('revoke grant option for %s (%s) on table %s from %I cascade', a.privilege,
      string_agg(quote_ident(a.column_name), ', '), o.qualified, a.grantee)
  from actual_column_grants a
  join owned o on o.object = a.object
  join expected_column_grants e
    on e.object = a.object and e.column_name = a.column_name and e.grantee = a.grantee and e.privilege = a.privilege
  where a.is_grantable
  group by a.object, a.grantee, a.privilege, o.qualified

  union all
  select 26, s.object, 'grant', format('%s lacks USAGE on %s', s.app_role, s.qualified),
    format('grant usage on sequence %s to %I', s.qualified, s.app_role)
  from serial_sequences s
  where not has_sequence_privilege(s.app_role, s.relid, 'USAGE')

  union all
  select 30, f.object, 'function', format('freehold.%s() does not write the history', f.name),
    format(
      'create or replace function freehold.%I() returns trigger language plpgsql security definer%s as %L',
      f.name,
      case when f.settings is not null
        then ' set extra_float_digits = 1 set intervalstyle = postgres set bytea_output = hex set datestyle = iso, ymd set timezone = utc'
        else '' end,
      f.source
    )
  from expected_functions f
  where not exists (
    select
    from pg_proc p
    where p.pronamespace = 'freehold'::regnamespace and p.proname = f.name and p.prosrc = f.source
      and p.prosecdef and p.proconfig is not distinct from f.settings
  )

  union all
  select 31, f.object, 'function', format('freehold.%s() must belong to %s', f.name, f.vault_role),
    format('alter function freehold.%I() owner to %I', f.name, f.vault_role)
  from expected_functions f
  where not exists (
    select
    from pg_proc p
    where p.pronamespace = 'freehold'::regnamespace and p.proname = f.name and pg_get_userbyid(p.proowner) = f.vault_role
  )

  union all
  select 32, f.object, 'function', format('%s may call freehold.%s()', g.grantee, f.name),
    format('revoke execute on function freehold.%I() from %s cascade', f.name, g.grantee)
  from expected_functions f
  left join pg_proc p on p.pronamespace = 'freehold'::regnamespace and p.proname = f.name
  cross join lateral (
    select case when x.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(x.grantee)) end as grantee
    from aclexplode(coalesce(p.proacl, acldefault('f', coalesce(p.proowner, 10)))) x
    where x.grantee <> coalesce(p.proowner, 10)
  ) g

  union all
  select 40, a.object, 'trigger', format('trigger %s is not as it should be', a.name), format('drop trigger %I on %s', a.name, a.qualified)
  from actual_triggers a
  join expected_triggers e on e.object = a.object and e.name = a.name
  where a.definition <> e.definition

  union all
  select 41, a.object, 'trigger', format('has a trigger "%s"', a.name), format('drop trigger %I on %s', a.name, a.qualified)
  from actual_triggers a
  left join expected_triggers e on e.object = a.object and e.name = a.name
  where e.name is null and (a.is_log or not a.is_own)

  union all
  select 42, e.object, 'trigger',
    format('trigger %s is missing', e.name), e.definition
  from expected_triggers e
  left join actual_triggers a on a.object = e.object and a.name = e.name
  where a.name is null or a.definition <> e.definition

  union all
  select 43, e.object, 'trigger',
    format('trigger %s is %s', e.name, case a.tgenabled when 'D' then 'disabled' when 'R' then 'enabled for replicas only' else 'not enabled always' end),
    format('alter table %s enable always trigger %I', e.qualified, e.name)
  from expected_triggers e
  left join actual_triggers a on a.object = e.object and a.name = e.name and a.definition = e.definition
  where a.tgenabled is distinct from 'A'

  union all
  select 50, o.object, 'row security', 'row level security is off', format('alter table %s enable row level security', o.qualified)
  from owned o
  where o.is_log and not o.relrowsecurity

  union all
  select 50, o.object, 'row security', 'row level security is on and no policy lets a row through',
    format('alter table %s disable row level security', o.qualified)
  from owned o
  where not o.is_log and o.relrowsecurity and not exists (select from pg_policy p where p.polrelid = o.relid)

  union all
  select 51, o.object, 'row security', 'row level security is forced on the vault',
    format('alter table %s no force row level security', o.qualified)
  from owned o
  where o.is_log and o.relforcerowsecurity

  union all
  select 52, a.object, 'policy', format('has a policy "%s" that is not as it should be', a.name),
    format('drop policy %I on %s', a.name, a.qualified)
  from actual_policies a
  left join expected_policies e
    on e.object = a.object and e.name = a.name and e.command = a.command
    and e.qual is not distinct from a.qual and e.with_check is not distinct from a.with_check
  where e.name is null or not a.polpermissive or a.polroles <> array[0::oid]

  union all
  select 53, e.object, 'policy', format('policy %s is missing', e.name),
    format('create policy %I on %s %s', e.name, e.qualified, e.clause)
  from expected_policies e
  left join actual_policies a
    on a.object = e.object and a.name = e.name and a.command = e.command and a.polpermissive and a.polroles = array[0::oid]
    and a.qual is not distinct from e.qual and a.with_check is not distinct from e.with_check
  where a.name is null

  union all
  select 60, p.object, 'owner', format('partition "%s" must belong to %s', p.name, p.right_owner),
    format('alter table %s owner to %I', p.qualified, p.right_owner)
  from partitions p
  where pg_get_userbyid(p.relowner) <> p.right_owner

  union all
  select 61, p.object, 'persistence', format('partition "%s" is unlogged: a crash would empty it', p.name),
    format('alter table %s set logged', p.qualified)
  from partitions p
  where p.relpersistence = 'u'

  union all
  -- Whoever may use a log does so by its own name. This takes the rights to columns too.
  select distinct 62, p.object, 'revoke', format('%s has rights on the partition "%s"', coalesce(r.rolname::text, 'PUBLIC'), p.name),
    format('revoke all on table %s from %s cascade', p.qualified, coalesce(quote_ident(r.rolname), 'public'))
  from partitions p
  cross join lateral (
    select x.grantee from aclexplode(p.relacl) x
    union
    select x.grantee
    from pg_attribute a
    cross join lateral aclexplode(a.attacl) x
    where a.attrelid = p.relid and a.attnum > 0 and not a.attisdropped
  ) g
  left join pg_roles r on r.oid = g.grantee
  where g.grantee <> p.relowner

  union all
  select 63, p.object, 'row security', format('row level security is off on the partition "%s"', p.name),
    format('alter table %s enable row level security', p.qualified)
  from partitions p
  where not p.relrowsecurity

  union all
  select 64, p.object, 'trigger', format('partition "%s" has a trigger "%s"', p.name, t.tgname),
    format('drop trigger %I on %s', t.tgname, p.qualified)
  from partitions p
  join pg_trigger t on t.tgrelid = p.relid and not t.tgisinternal and t.tgparentid = 0
  where pg_get_triggerdef(t.oid) <> format(
    'CREATE TRIGGER freehold_refuse_truncate BEFORE TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION freehold.refuse_log_change()', p.qualified
  )

  union all
  select 65, p.object, 'trigger', format('partition "%s" does not refuse TRUNCATE', p.name),
    format(
      'create trigger freehold_refuse_truncate before truncate on %s for each statement execute function freehold.refuse_log_change()', p.qualified
    )
  from partitions p
  where not exists (
    select
    from pg_trigger t
    where t.tgrelid = p.relid
      and pg_get_triggerdef(t.oid) = format(
        'CREATE TRIGGER freehold_refuse_truncate BEFORE TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION freehold.refuse_log_change()', p.qualified
      )
  )

  union all
  select 66, p.object, 'trigger', format('trigger %s of the partition "%s" is not enabled always', t.name, p.name),
    format('alter table %s enable always trigger %I', p.qualified, t.name)
  from partitions p
  cross join lateral (values ('freehold_refuse_change', true), ('freehold_refuse_truncate', false)) as t (name, is_of_log)
  left join pg_trigger a on a.tgrelid = p.relid and a.tgname = t.name
  where a.tgenabled is distinct from 'A' and (a.tgname is not null or not t.is_of_log)

  union all
  select 80, a.object, 'awaited', a.summary, null
  from awaited a

  union all
  -- Last, when all is made that a partition takes from its log.
  select 70, o.object, 'partition', 'has room for fewer rows than half a partition',
    format('select freehold.make_partitions(%L, %L)', o.service, o.table_name)
  from owned o
  join sequences s on s.object = o.object
  where o.relkind = 'p' and o.partition_rows is not null
    and coalesce(o.partitioned_to, 1) - 1 - o.partition_rows / 2 < coalesce(pg_sequence_last_value(s.relid::regclass), 0)
)
select d.place, d.object, d.kind, d.summary, d.repair
from drift d
where d.repair is null or not exists (select from untouchable u where u.object = d.object)
order by d.place, d.object, d.summary
