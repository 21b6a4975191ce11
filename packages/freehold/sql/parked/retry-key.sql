-- Asks for another try of all that waits of a key; whoever holds the lane makes it. $5: who, $6: why. What is done to a
-- key as a whole is recorded at its first event. Rows of events are locked before that of their lane, as consumers do.
with changed as (
  update freehold.parked_event e
  set state = 'retry'
  where e.service = $1 and e.consumer = $2 and e.source = $3 and e.key = $4 and e.state in ('parked', 'retry')
  returning e.id, e.lane, e.position
),
noticed as (
  update freehold.consumer_lane l
  set parked_changes = l.parked_changes + 1
  where l.service = $1 and l.consumer = $2 and l.source = $3 and l.lane in (select c.lane from changed c)
),
audited as (
  insert into freehold.parked_action (service, consumer, source, key, position, parked_event, action, who, why)
  select $1, $2, $3, $4, c.position, c.id, 'retry', $5, $6::text
  from changed c
  order by c.position
  limit 1
)
select count(*) as changed from changed
