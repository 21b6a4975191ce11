-- Who has ever parked a key. $1: service, $2: key, $3: consumer or null, $4: source or null.
select distinct e.consumer, e.source
from freehold.parked_event e
where e.service = $1
  and e.key = $2
  and ($3::text is null or e.consumer = $3)
  and ($4::text is null or e.source = $4)
order by e.consumer, e.source
