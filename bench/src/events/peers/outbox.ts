import { randomUUID } from 'node:crypto'
import { DatabaseSetup, type OutboxOrInbox, type TransactionalMessage } from 'pg-transactional-outbox'
import { onDatabase } from '../../stage/on-database.js'

/** The names that it is given for a table, and for the function that takes from it. */
export function boxNames(box: OutboxOrInbox): {
  dbSchema: string
  dbTable: string
  nextMessagesFunctionName: string
} {
  return { dbSchema: 'public', dbTable: box, nextMessagesFunctionName: `next_${box}_messages` }
}

/** Creates an outbox or an inbox of pg-transactional-outbox as its own setup does, for a listener that polls. */
export async function installBox(url: string, box: OutboxOrInbox): Promise<void> {
  const { dbSchema: schema, dbTable: table, nextMessagesFunctionName: nextMessagesName } = boxNames(box)
  const config = {
    outboxOrInbox: box,
    database: new URL(url).pathname.slice(1),
    schema,
    table,
    listenerRole: 'nobody',
    nextMessagesName,
  }
  await onDatabase(url, (client) =>
    client.query(
      DatabaseSetup.dropAndCreateTable(config) +
        DatabaseSetup.createPollingFunction(config) +
        DatabaseSetup.setupPollingIndexes(config),
    ),
  )
}

/** A message of it; the segment keeps those of one note in order. */
export function messageAbout(noteId: string, payload: object): TransactionalMessage {
  return {
    id: randomUUID(),
    aggregateType: 'note',
    aggregateId: noteId,
    messageType: 'note-revised',
    segment: noteId,
    payload,
    metadata: {},
  }
}
