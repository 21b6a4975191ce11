import type { Event } from '@event-driven-io/emmett'
import { getPostgreSQLEventStore } from '@event-driven-io/emmett-postgresql'
import type { Contender } from '../../measure/contender.js'
import type { Closing } from '../../stage/closing.js'
import type { Stage } from '../../stage/stage.js'
import { noteId } from '../../writes/rows.js'
import { title } from './plain-transaction.js'

type NoteRevised = Event<'note-revised', { noteId: string; version: number; title: string }>

/** emmett appends to a stream in a transaction of its own: less than what the others do, for there is no UPDATE. */
export async function emmettAppends(stage: Stage, closing: Closing): Promise<Contender> {
  const store = getPostgreSQLEventStore(await stage.emptyDatabase('produce_emmett'))
  closing.defer(() => store.close())
  return {
    name: 'emmett, append without the UPDATE',
    async operation(worker) {
      const data = { noteId: noteId(worker), version: 1, title }
      await store.appendToStream<NoteRevised>(`note-${noteId(worker)}`, [{ type: 'note-revised', data }])
    },
  }
}
