import { prepared } from '../statements/prepared.js'

const waiting = `e.state in ('parked', 'retry')`
const ofKey = 'e.service = $1 and e.consumer = $2 and e.source = $3 and e.key = $4'

// Rows of events are locked before that of their lane, here as in the consumer's own transactions.
const noticed = `noticed as (
    update freehold.consumer_lane l
    set parked_changes = l.parked_changes + 1
    where l.service = $1 and l.consumer = $2 and l.source = $3 and l.lane in (select c.lane from changed c)
  )`

const audited = (action: string, why: string, before: string, from: string): string => `audited as (
    insert into freehold.parked_action (service, consumer, source, key, position, parked_event, action, who, why, before)
    select $1, $2, $3, $4, c.position, c.id, '${action}', $5, ${why}, ${before} from ${from} c
  )`

/** $1: service, $2 and $3: consumer and source or null, $4: the most keys. */
export const listKeys = prepared(
  `select e.consumer, e.source, e.key, count(*) as events, min(e.position) as position,
     (array_agg(e.event ->> 'type' order by e.position))[1] as type,
     (array_agg(e.error order by e.position))[1] as error,
     (array_agg(e.attempts order by e.position))[1] as attempts,
     min(e.parked_at) as parked_at, bool_or(e.state = 'retry') as is_retried
   from freehold.parked_event e
   where e.service = $1 and ($2::text is null or e.consumer = $2) and ($3::text is null or e.source = $3) and ${waiting}
   group by e.consumer, e.source, e.key
   order by min(e.parked_at), e.key
   limit $4`,
)

/** $4: the key, $5: the most events. */
export const showKey = prepared(
  `select e.position, e.event, e.error, e.attempts, e.state, e.parked_at, e.settled_at,
     (
       select coalesce(jsonb_agg(jsonb_build_object(
         'action', a.action, 'who', a.who, 'why', a.why, 'before', a.before, 'at', a.at) order by a.id), '[]')
       from freehold.parked_action a
       where a.parked_event = e.id
     ) as actions
   from freehold.parked_event e
   where ${ofKey}
   order by e.position, e.id
   limit $5`,
)

/** $5: who, $6: why. What is done to a key as a whole is recorded at its first event. */
export const retryKey = prepared(
  `with changed as (
    update freehold.parked_event e set state = 'retry' where ${ofKey} and ${waiting} returning e.id, e.lane, e.position
  ), ${noticed},
  ${audited('retry', '$6::text', 'null', '(select f.id, f.position from changed f order by f.position limit 1)')}
  select count(*) as changed from changed`,
)

/** $5: who, $6: why, $7: the position, $8: the new data. */
export const editEvent = prepared(
  `with was as (
    select e.id, e.event -> 'data' as data from freehold.parked_event e
    where ${ofKey} and e.position = $7 and ${waiting} for update
  ),
  changed as (
    update freehold.parked_event p set event = jsonb_set(p.event, '{data}', $8::text::jsonb)
    from was where p.id = was.id
    returning p.id, p.lane, p.position, was.data
  ), ${noticed},
  ${audited('edit', '$6::text', 'c.data', 'changed')}
  select count(*) as changed from changed`,
)

/** $5: who, $6: why, $7: the position, or null for all of the key. */
export const discardEvents = prepared(
  `with changed as (
    update freehold.parked_event e set state = 'discarded', settled_at = clock_timestamp()
    where ${ofKey} and ($7::bigint is null or e.position = $7) and ${waiting}
    returning e.id, e.lane, e.position
  ), ${noticed},
  ${audited('discard', '$6::text', 'null', 'changed')}
  select count(*) as changed from changed`,
)
