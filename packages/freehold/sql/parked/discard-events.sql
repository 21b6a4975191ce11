-- Gives up one event that waits, or all of its key. $5: who, $6: why, $7: its position, or null.
with changed as (
  update freehold.parked_event e
  set state = 'discarded', settled_at = clock_timestamp()
  where e.service = $1 and e.consumer = $2 and e.source = $3 and e.key = $4
    and ($7::bigint is null or e.position = $7)
    and e.state in ('parked', 'retry')
  returning e.id, e.lane, e.position
),
noticed as (
  update freehold.consumer_lane l
  set parked_changes = l.parked_changes + 1
  where l.service = $1 and l.consumer = $2 and l.source = $3 and l.lane in (select c.lane from changed c)
),
audited as (
  insert into freehold.parked_action (service, consumer, source, key, position, parked_event, action, who, why)
  select $1, $2, $3, $4, c.position, c.id, 'discard', $5, $6::text
  from changed c
)
select count(*) as changed from changed
