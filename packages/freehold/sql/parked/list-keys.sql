-- Keys that wait, those that wait longest first. $1: service; $2: consumer, $3: source, $4: key, or null; $5: the most.
select
  e.consumer,
  e.source,
  e.key,
  count(*) as events,
  min(e.position) as position,
  (array_agg(e.event ->> 'type' order by e.position))[1] as type,
  (array_agg(e.error order by e.position))[1] as error,
  (array_agg(e.attempts order by e.position))[1] as attempts,
  min(e.parked_at) as parked_at,
  bool_or(e.state = 'retry') as is_retried
from freehold.parked_event e
where e.service = $1
  and ($2::text is null or e.consumer = $2)
  and ($3::text is null or e.source = $3)
  and ($4::text is null or e.key = $4)
  and e.state in ('parked', 'retry')
group by e.consumer, e.source, e.key
order by min(e.parked_at), e.key
limit $5
