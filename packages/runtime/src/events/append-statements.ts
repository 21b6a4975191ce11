import type { NamedStatement } from '../database/index.js'
import { identifier } from '../statements/identifier.js'
import { prepared, type Prepared } from '../statements/prepared.js'
import type { CheckedEvent } from './checked-event.js'

/** Writes the statements that append to one log. */
export interface AppendStatements {
  /** Appends, and counts what it appended. */
  plain(events: readonly CheckedEvent[]): NamedStatement
  /** Appends and returns a row for each event, or nothing at all where nothing was written before it. */
  guarded(events: readonly CheckedEvent[]): NamedStatement
}

/** Only a transaction that has written has an id; the statement itself gets one when it stores its first row. */
const inAWritingTransaction = 'where pg_current_xact_id_if_assigned() is not null'

/**
 * The statements for a log: one text for a single event and one for any number of them, so that each stays prepared.
 *
 * @param log - The name of the table.
 */
export function appendStatements(log: string): AppendStatements {
  const plain = { one: prepared(oneText(log)), many: prepared(manyText(log)) }
  const guarded = {
    one: prepared(`${oneText(log)} ${inAWritingTransaction} returning id`),
    many: prepared(manyText(log, inAWritingTransaction) + ' returning id'),
  }
  return {
    plain: (events) => bound(plain, events),
    guarded: (events) => bound(guarded, events),
  }
}

const columns = '(id, type, key, data, correlation_id, causation_id, traceparent)'

// Casts by way of text: a driver that knows a parameter to be jsonb would make JSON of the JSON.
function oneText(log: string): string {
  return (
    `insert into ${identifier(log)} ${columns} ` +
    'select $1::uuid, $2::text, $3::text, $4::text::jsonb, $5::text, $6::text, $7::text'
  )
}

function manyText(log: string, condition = ''): string {
  return `insert into ${identifier(log)} ${columns}
    select e.id, e.type, e.key, e.data, e.correlation_id, e.causation_id, e.traceparent
    from rows from (
      jsonb_to_recordset($1::text::jsonb)
        as (id uuid, type text, key text, data jsonb, correlation_id text, causation_id text, traceparent text)
    ) with ordinality as e (id, type, key, data, correlation_id, causation_id, traceparent, place)
    ${condition}
    order by e.place`
}

function bound(texts: { one: Prepared; many: Prepared }, events: readonly CheckedEvent[]): NamedStatement {
  const [first] = events
  if (first !== undefined && events.length === 1) return { ...texts.one, values: valuesOf(first) }
  return { ...texts.many, values: [`[${events.map(rowOf).join(',')}]`] }
}

function valuesOf(event: CheckedEvent): unknown[] {
  const { id, type, key, json, correlationId, causationId, traceparent } = event
  return [id, type, key, json, correlationId, causationId, traceparent]
}

function rowOf(event: CheckedEvent): string {
  const { id, type, key, json, correlationId, causationId, traceparent } = event
  const others = { id, type, key, correlation_id: correlationId, causation_id: causationId, traceparent }
  return `${JSON.stringify(others).slice(0, -1)},"data":${json}}`
}
