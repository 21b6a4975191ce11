-- How far the consumers of the service $1 have come in the log of $2, as they recorded it with the effects themselves.
select c.consumer, coalesce(min(l.position), 0)::text as position,
  coalesce(array_agg(distinct l.segment) filter (where l.segment is not null), '{}') as segments
from freehold.consumer c
left join freehold.consumer_lane l on l.service = c.service and l.consumer = c.consumer and l.source = c.source
where c.service = $1 and c.source = $2
group by c.consumer
order by c.consumer
