import { connect, startSealer } from '@freehold/runtime'
import { eventLog } from '@freehold/runtime/events'
import type { Closing } from '../../stage/closing.js'
import { benchService, NoteRevised } from '../../stage/ownership.js'
import { noteId } from '../../writes/rows.js'
import { startFeedReader } from '../feed-reader.js'
import { plainUpdate, title } from '../produce/plain-transaction.js'
import type { Heard, Herald } from './herald.js'

/** Freehold: the commit nudges the sealer, and what is sealed is read and has its effect in another database. */
export async function byFreehold(
  publisherUrl: string,
  readerUrl: string,
  heard: Heard,
  closing: Closing,
): Promise<Herald> {
  const sealing = connect({ url: publisherUrl, applicationName: 'bench sealer', max: 1 })
  const sealer = startSealer(benchService, sealing, { logs: ['events'] })
  const database = connect({
    url: publisherUrl,
    applicationName: 'bench',
    onCommit: () => {
      sealer.nudge()
    },
  })
  const reading = { publisherUrl, readerUrl, batch: 100, handles: 'one', sealer, onEvent: heard } as const
  const reader = await startFeedReader(reading)
  closing.defer(async () => {
    await Promise.all([reader.stop(), sealer.stop()])
    await Promise.all([database.close(), sealing.close()])
  })
  const log = eventLog(benchService)
  return {
    name: 'freehold, feed and consumer, into another database',
    async tell(id) {
      const data = { noteId: noteId(0), version: 1, title }
      const event = log.statement([{ contract: NoteRevised, data, id }])
      await database.batch([{ name: 'plain_update', ...plainUpdate(0) }, event])
    },
  }
}
