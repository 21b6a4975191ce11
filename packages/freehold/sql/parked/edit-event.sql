-- Replaces the data of an event that waits. $5: who, $6: why, $7: its position, $8: the new data.
with was as (
  select e.id, e.event -> 'data' as data
  from freehold.parked_event e
  where e.service = $1 and e.consumer = $2 and e.source = $3 and e.key = $4 and e.position = $7
    and e.state in ('parked', 'retry')
  for update
),
changed as (
  update freehold.parked_event p
  set event = jsonb_set(p.event, '{data}', $8::text::jsonb)
  from was
  where p.id = was.id
  returning p.id, p.lane, p.position, was.data
),
noticed as (
  update freehold.consumer_lane l
  set parked_changes = l.parked_changes + 1
  where l.service = $1 and l.consumer = $2 and l.source = $3 and l.lane in (select c.lane from changed c)
),
audited as (
  insert into freehold.parked_action (service, consumer, source, key, position, parked_event, action, who, why, before)
  select $1, $2, $3, $4, c.position, c.id, 'edit', $5, $6::text, c.data
  from changed c
)
select count(*) as changed from changed
