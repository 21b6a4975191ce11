import { connect, mutableEntity, startSealer, type Database } from '@freehold/runtime'
import { eventLog } from '@freehold/runtime/events'
import type { Contender } from '../../measure/contender.js'
import type { Closing } from '../../stage/closing.js'
import { benchService, NoteRevised } from '../../stage/ownership.js'
import { noteId } from '../../writes/rows.js'
import { body, plainUpdate, title } from './plain-transaction.js'

interface Page {
  id: string
  title: string
  body: string
  version: number
  created_at: Date
  updated_at: Date
}

const log = eventLog(benchService)
const columns = ['id', 'title', 'body', 'version', 'created_at', 'updated_at'] as const

/** Freehold's ways to tell an event, with its sealer at work in the same process. */
export function byFreehold(url: string, closing: Closing): readonly Contender[] {
  const sealing = connect({ url, applicationName: 'bench sealer', max: 1 })
  const sealer = startSealer(benchService, sealing, { logs: ['events', 'note_history'] })
  const database = connect({ url, applicationName: 'bench', onCommit: () => sealer.nudge() })
  closing.defer(async () => {
    await sealer.stop()
    await Promise.all([database.close(), sealing.close()])
  })
  return [
    entityWithEvent('freehold, entity and event in 1 statement', database, 'pages'),
    entityWithEvent('freehold, the same with history', database, 'notes'),
    {
      name: 'freehold, plain UPDATE and event in 1 batch',
      async operation(worker) {
        await database.batch([
          { name: 'plain_update', ...plainUpdate(worker) },
          log.statement([event(worker)]),
        ])
      },
    },
    {
      name: 'freehold, plain UPDATE and event in a transaction',
      async operation(worker) {
        await database.transaction(async (tx) => {
          await tx.query({ name: 'plain_update', ...plainUpdate(worker) })
          await log.append(tx, event(worker))
        })
      },
    },
  ]
}

function entityWithEvent(name: string, database: Database, table: 'pages' | 'notes'): Contender {
  const entity = mutableEntity<Page>(benchService, table, { columns: [...columns] })
  const versions = new Map<number, number>()
  return {
    name,
    async operation(worker) {
      const key = noteId(worker)
      const expectedVersion = versions.get(worker) ?? (await entity.find(database, key))?.version ?? 0
      const append = [log.entry(event(worker, expectedVersion + 1))]
      const row = await entity.update(database, { key, expectedVersion, set: { body }, append })
      versions.set(worker, row.version)
    },
  }
}

function event(worker: number, version = 1): Parameters<typeof log.entry<typeof NoteRevised>>[0] {
  return { contract: NoteRevised, data: { noteId: noteId(worker), version, title } }
}
