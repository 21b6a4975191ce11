-- The consumers of a service, and how they are. $1: service; $2: consumer, $3: source, or null.
select
  c.consumer,
  c.source,
  c.lanes,
  coalesce(l.position, 0) as position,
  coalesce(l.segments, '{}') as segments,
  coalesce(l.held, 0) as held,
  (
    select count(*)
    from freehold.consumer_instance i
    where i.service = c.service and i.consumer = c.consumer and i.source = c.source and i.alive_until > clock_timestamp()
  ) as instances,
  (
    select count(*)
    from freehold.parked_event e
    where e.service = c.service and e.consumer = c.consumer and e.source = c.source and e.state in ('parked', 'retry')
  ) as parked,
  (
    select jsonb_build_object('position', m.position, 'who', m.who, 'why', m.why, 'at', m.at)
    from freehold.consumer_move m
    where m.service = c.service and m.consumer = c.consumer and m.source = c.source
    order by m.id desc
    limit 1
  ) as last_move
from freehold.consumer c
left join lateral (
  select
    min(n.position) as position,
    array_agg(distinct n.segment) filter (where n.segment is not null) as segments,
    count(*) filter (where n.owner is not null and n.lease_until > clock_timestamp()) as held
  from freehold.consumer_lane n
  where n.service = c.service and n.consumer = c.consumer and n.source = c.source
) l on true
where c.service = $1
  and ($2::text is null or c.consumer = $2)
  and ($3::text is null or c.source = $3)
order by c.consumer, c.source
