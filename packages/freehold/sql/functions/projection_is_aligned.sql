-- Whether all lanes of the live build and of the one beside it stand at one position of each source. They do not move
-- before this transaction ends, as long as nobody can apply an event.
create or replace function freehold.projection_is_aligned(service text, projection text) returns boolean
language sql
set search_path = pg_catalog, pg_temp
as $function$
with
builds as (
  select b.state, freehold.build_consumer(b.projection, b.build) as consumer
  from freehold.projection_build b
  where b.service = projection_is_aligned.service and b.projection = projection_is_aligned.projection
    and b.state in ('live', 'building')
),
lanes as materialized (
  select l.consumer, l.source, l.position
  from freehold.consumer_lane l
  where l.service = projection_is_aligned.service and l.consumer in (select b.consumer from builds b)
  order by l.consumer, l.source, l.lane
  for update
)
select coalesce(bool_and(s.is_aligned), false)
from (
  select count(distinct l.consumer) = 2 and min(l.position) = max(l.position) as is_aligned
  from freehold.owned_table t
  cross join lateral jsonb_object_keys(t.projection -> 'of') o (source)
  left join lanes l on l.source = o.source
  where t.service = projection_is_aligned.service and t.table_name = projection_is_aligned.projection
  group by o.source
) s
$function$;
