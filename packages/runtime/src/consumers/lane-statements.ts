import { prepared } from '../statements/prepared.js'

// In all of them $1, $2, $3 are service, consumer and source.
const ofSubscriber = (alias: string): string =>
  `${alias}.service = $1 and ${alias}.consumer = $2 and ${alias}.source = $3`

/** $4: how many lanes. */
export const register = prepared(
  'insert into freehold.consumer (service, consumer, source, lanes) values ($1, $2, $3, $4) on conflict do nothing',
)

export const lanesOf = prepared(`select c.lanes from freehold.consumer c where ${ofSubscriber('c')}`)

/** $4: how many lanes. */
export const makeLanes = prepared(
  `insert into freehold.consumer_lane (service, consumer, source, lane)
   select $1, $2, $3, n.lane from generate_series(0, $4::integer - 1) as n (lane)
   on conflict do nothing`,
)

/** $4: the owner. What is parked is read in the same statement, so that it fits parked_changes. */
export const held = prepared(
  `select l.lane, l.fence, l.position, l.segment, l.epoch, l.parked_changes, p.parked, p.retry
   from freehold.consumer_lane l
   cross join lateral (
     select coalesce(array_agg(distinct e.key), '{}') as parked,
       coalesce(array_agg(distinct e.key) filter (where e.state = 'retry'), '{}') as retry
     from freehold.parked_event e
     where ${ofSubscriber('e')} and e.lane = l.lane and e.state in ('parked', 'retry')
   ) p
   where ${ofSubscriber('l')} and l.owner = $4
   order by l.lane`,
)

/** $4: the new owner, $5: the lease in milliseconds, $6: the most lanes. */
export const take = prepared(
  `update freehold.consumer_lane l
   set owner = $4, fence = l.fence + 1, lease_until = clock_timestamp() + $5::integer * interval '1 millisecond'
   from (
     select f.lane from freehold.consumer_lane f
     where ${ofSubscriber('f')} and f.lease_until < clock_timestamp()
     order by f.lane
     limit $6
     for update skip locked
   ) free
   where ${ofSubscriber('l')} and l.lane = free.lane`,
)

/** $4: the owner, $5: the lanes. */
export const release = prepared(
  `update freehold.consumer_lane l
   set owner = null, lease_until = '-infinity'
   where ${ofSubscriber('l')} and l.owner = $4 and l.lane = any ($5::integer[])`,
)

/**
 * Moves lanes that stand at one position, if they are still ours and nobody has meddled with what is parked.
 * $4: the lease, $5: the position before, $6, $7, $8: the new position, segment and epoch; then for each lane $9: its
 * number, $10: its fence, $11: its parked_changes.
 */
export const move = prepared(
  `update freehold.consumer_lane l
   set position = $6, segment = $7, epoch = $8, moved_at = clock_timestamp(),
     lease_until = clock_timestamp() + $4::integer * interval '1 millisecond'
   from unnest($9::integer[], $10::bigint[], $11::bigint[]) as mine (lane, fence, parked_changes)
   where ${ofSubscriber('l')} and l.lane = mine.lane and l.fence = mine.fence
     and l.parked_changes = mine.parked_changes and l.position = $5`,
)

/** $4: the instance, $5: the lease in milliseconds. */
export const live = prepared(
  `insert into freehold.consumer_instance as i (service, consumer, source, instance, alive_until)
   values ($1, $2, $3, $4, clock_timestamp() + $5::integer * interval '1 millisecond')
   on conflict (service, consumer, source, instance) do update set alive_until = excluded.alive_until`,
)

export const bury = prepared(
  `delete from freehold.consumer_instance i
   using (
     select d.instance from freehold.consumer_instance d
     where ${ofSubscriber('d')} and d.alive_until < clock_timestamp()
     for update skip locked
   ) dead
   where ${ofSubscriber('i')} and i.instance = dead.instance`,
)

/** $4: the instance. */
export const leave = prepared(
  `delete from freehold.consumer_instance i where ${ofSubscriber('i')} and i.instance = $4`,
)

/**
 * $4: the owner, $5: the lease in milliseconds. A lane that is locked is just being moved, which renews it too; not
 * to wait for it keeps two statements of one process from a deadlock.
 */
export const renew = prepared(
  `update freehold.consumer_lane l
   set lease_until = clock_timestamp() + $5::integer * interval '1 millisecond'
   from (
     select m.lane from freehold.consumer_lane m
     where ${ofSubscriber('m')} and m.owner = $4
       and m.lease_until < clock_timestamp() + $5::integer * 0.75 * interval '1 millisecond'
     for update skip locked
   ) mine
   where ${ofSubscriber('l')} and l.lane = mine.lane`,
)

/** $4: the instance. Those alive, those of them before this one, and what a change of the lanes shows. */
export const census = prepared(
  `select count(*) as alive, count(*) filter (where i.instance < $4) as before,
     (
       select coalesce(string_agg(l.lane || ':' || l.fence || ':' || l.parked_changes, ' ' order by l.lane), '')
       from freehold.consumer_lane l
       where ${ofSubscriber('l')} and l.owner = $4
     ) as lanes,
     (
       select count(*) from freehold.consumer_lane l
       where ${ofSubscriber('l')} and l.lease_until < clock_timestamp()
     ) as free,
     (
       select count(*) from freehold.parked_event e
       where ${ofSubscriber('e')} and e.state in ('parked', 'retry')
     ) as parked
   from freehold.consumer_instance i
   where ${ofSubscriber('i')} and i.alive_until > clock_timestamp()`,
)
