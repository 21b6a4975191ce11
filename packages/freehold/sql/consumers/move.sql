-- Sets all lanes of a consumer to one place, unless somebody holds one of them. $1: service, $2: consumer, $3: source;
-- $4, $5, $6: the new position, segment and epoch; $7: who, $8: why. The fence is raised, so that whoever held a lane
-- and was stopped writes nothing when it wakes up. What is parked beyond the place comes again, and is given up as it is.
-- Rows of events are locked before those of lanes, as consumers do. A lane that is locked is in use: nobody waits for it.
with parked as materialized (
  select e.id
  from freehold.parked_event e
  where e.service = $1 and e.consumer = $2 and e.source = $3 and e.position > $4 and e.state in ('parked', 'retry')
  order by e.id
  for update
),
was as materialized (
  select l.lane, l.position, l.segment, l.epoch, l.owner is not null and l.lease_until > clock_timestamp() as is_held
  from freehold.consumer_lane l
  where l.service = $1 and l.consumer = $2 and l.source = $3 and (select count(*) from parked) >= 0
  order by l.lane
  for update nowait
),
moved as (
  update freehold.consumer_lane l
  set position = $4, segment = $5, epoch = $6, owner = null, lease_until = '-infinity', fence = l.fence + 1,
    moved_at = clock_timestamp()
  from was
  where l.service = $1 and l.consumer = $2 and l.source = $3 and l.lane = was.lane
    and not exists (select from was h where h.is_held)
  returning l.lane
),
gone as (
  update freehold.parked_event e
  set state = 'discarded', settled_at = clock_timestamp()
  from parked
  where e.id = parked.id and exists (select from moved)
  returning e.id, e.key, e.position
),
given_up as (
  insert into freehold.parked_action (service, consumer, source, key, position, parked_event, action, who, why)
  select $1, $2, $3, g.key, g.position, g.id, 'discard', $7, $8::text
  from gone g
),
recorded as (
  insert into freehold.consumer_move (service, consumer, source, before, position, who, why)
  select $1, $2, $3,
    jsonb_agg(
      jsonb_build_object('lane', w.lane, 'position', w.position, 'segment', w.segment, 'epoch', w.epoch)
      order by w.lane
    ),
    $4, $7, $8::text
  from was w
  having exists (select from moved)
)
select
  (select count(*) from was) as lanes,
  (select count(*) from was where was.is_held) as held,
  (select count(*) from gone) as discarded,
  (select coalesce(min(was.position), 0) from was) as position
