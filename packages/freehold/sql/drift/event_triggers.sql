-- Whether DDL on a log is explained, and casts that would run as the vault are refused.
with
expected as (
  select t.name, t.tags, t.definition
  from (
    values
      (
        'freehold_explain_log_ddl', null::text[],
        'create event trigger freehold_explain_log_ddl on ddl_command_start execute function freehold.explain_log_ddl()'
      ),
      (
        'freehold_refuse_casts', array['CREATE CAST'],
        'create event trigger freehold_refuse_casts on ddl_command_start when tag in (''CREATE CAST'') execute function freehold.refuse_casts()'
      )
  ) as t (name, tags, definition)
),
actual as (
  select e.evtname::text as name, e.evtenabled, e.evttags
  from pg_event_trigger e
  where e.evtevent = 'ddl_command_start' and e.evtfoid::regproc::text = 'freehold.' || substr(e.evtname, 10)
)
select 0 as place, 'create' as action, format('event trigger %s', e.name) as object, 'is missing' as summary,
  format('drop event trigger if exists %I; %s; alter event trigger %I enable always', e.name, e.definition, e.name) as repair
from expected e
left join actual a on a.name = e.name and a.evttags is not distinct from e.tags
where a.name is null
union all
select 1, 'alter', format('event trigger %s', e.name), 'is not enabled always', format('alter event trigger %I enable always', e.name)
from expected e
join actual a on a.name = e.name and a.evttags is not distinct from e.tags
where a.evtenabled <> 'A'
order by place, object
