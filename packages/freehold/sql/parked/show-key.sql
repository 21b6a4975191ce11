-- Events of a key that wait or waited, with what was done to them. $1: service, $2: consumer, $3: source, $4: key;
-- $5: the most.
select
  e.event,
  e.error,
  e.attempts,
  e.state,
  e.parked_at,
  e.settled_at,
  (
    select coalesce(
      jsonb_agg(
        jsonb_build_object('action', a.action, 'who', a.who, 'why', a.why, 'before', a.before, 'at', a.at)
        order by a.id
      ),
      '[]'
    )
    from freehold.parked_action a
    where a.parked_event = e.id
  ) as actions
from freehold.parked_event e
where e.service = $1 and e.consumer = $2 and e.source = $3 and e.key = $4
order by e.position, e.id
limit $5
