-- What hangs on a table, or what it has, that a copy of it cannot have; null when there is nothing.
create or replace function freehold.rebuild_obstacles(live regclass) returns text
language sql
stable
set search_path = pg_catalog, pg_temp
as $function$
select string_agg(distinct o.obstacle, ', ')
from (
  select 'it is no plain table' as obstacle
  from pg_class c
  where c.oid = live and (c.relkind <> 'r' or exists (select from pg_inherits i where live in (i.inhrelid, i.inhparent)))
  union all
  -- A view, a foreign key of another table, a function: it would go on to look at the table that was replaced.
  select format('%s needs it', pg_describe_object(d.classid, d.objid, d.objsubid))
  from pg_depend d
  where d.refclassid = 'pg_class'::regclass and d.refobjid = live and d.deptype = 'n'
    and not exists (
      select from pg_constraint k where k.conrelid = live and d.classid = 'pg_constraint'::regclass and d.objid = k.oid
      union all
      select from pg_trigger t where t.tgrelid = live and d.classid = 'pg_trigger'::regclass and d.objid = t.oid
      union all
      select from pg_attrdef f where f.adrelid = live and d.classid = 'pg_attrdef'::regclass and d.objid = f.oid
      union all
      select from pg_index i where i.indrelid = live and d.classid = 'pg_class'::regclass and d.objid = i.indexrelid
    )
  union all
  select format('it has the foreign key "%s"', k.conname)
  from pg_constraint k
  where k.conrelid = live and k.contype = 'f'
  union all
  select format('it has the trigger "%s"', t.tgname)
  from pg_trigger t
  where t.tgrelid = live and not t.tgisinternal and t.tgname !~ '^freehold_'
  union all
  select 'it has policies'
  from pg_policy p
  where p.polrelid = live
  union all
  select format('the default of its column "%s" counts on', a.attname)
  from pg_attrdef f
  join pg_attribute a on a.attrelid = f.adrelid and a.attnum = f.adnum
  join pg_depend d on d.classid = 'pg_attrdef'::regclass and d.objid = f.oid and d.refclassid = 'pg_class'::regclass
  join pg_class s on s.oid = d.refobjid and s.relkind = 'S'
  where f.adrelid = live
) o
$function$;
