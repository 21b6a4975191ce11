import { connect, seal } from '@freehold/runtime'
import type { Closing } from '../../stage/closing.js'
import { madeEvents } from '../arrivals.js'
import { startFeedReader } from '../feed-reader.js'
import { startFreeholdReader } from '../freehold-reader.js'
import type { Drain } from './backlog.js'

/**
 * Freehold: what is sealed, into another database, with the cursor in the transaction of the effect.
 *
 * @param way - By the feed, as services do it, or out of the log itself, as the floor of that.
 * @param handles - Whether the handler gets an event or a batch of them.
 */
export function byFreehold(
  publisherUrl: string,
  readerUrl: string,
  way: 'feed' | 'log',
  handles: 'one' | 'batch',
  closing: Closing,
): Drain {
  const publisher = connect({ url: publisherUrl, applicationName: 'bench', max: 1, statementTimeoutMs: 0 })
  closing.defer(() => publisher.close())
  let head = 0
  const sealer = { sealedBeyond: () => Promise.resolve(head) }
  return {
    name: `freehold, ${way === 'feed' ? 'feed and consumer' : 'sealed log without HTTP'}, ${handles === 'one' ? 'an INSERT an event' : 'an INSERT a batch'}`,
    pace: handles === 'one' ? 8_000 : 40_000,
    async fill(count) {
      await publisher.query({
        name: `fill_${count}`,
        text: `insert into events (id, type, key, data) select e.id, e.type, e.key, e.data from (${madeEvents(count)}) e`,
      })
      head = (await seal(publisher, 'events')).position ?? head
    },
    async drain(batch) {
      const start = way === 'feed' ? startFeedReader : startFreeholdReader
      const reader = await start({ publisherUrl, readerUrl, batch, handles, sealer })
      try {
        await reader.reached(head)
      } finally {
        await reader.stop()
      }
    },
  }
}
