-- The builds of a projection that there are, with how far the slowest lane of each has come, by source.
-- $1: service, $2: projection.
select b.build, b.state, b.begun_at, b.changed_at, b.problem, coalesce(p.positions, '{}') as positions
from freehold.projection_build b
cross join lateral (
  select jsonb_object_agg(s.source, s.position) as positions
  from (
    select l.source, min(l.position) as position
    from freehold.consumer_lane l
    where l.service = b.service and l.consumer = replace(b.projection, '_', '-') || '-' || b.build
    group by l.source
  ) s
) p
where b.service = $1 and b.projection = $2 and b.state <> 'discarded'
order by b.build
