import type { Database } from '@freehold/runtime'
import { on, startConsumer, type Consumer } from '@freehold/runtime/consumers'
import { erasureRequests } from '@freehold/runtime/erasing'
import type { EventTransport } from '@freehold/runtime/events'
import { AccountClosed } from '@notes/contracts'
import { notesService } from '../../ownership.js'

/** What hearing of closed accounts needs. */
export interface ClosuresOptions {
  readonly database: Database
  readonly transport: EventTransport
  /** Hears at once who has left: what is remembered of them is to be forgotten. */
  readonly onLeft: (subject: string) => void
  readonly onError: (error: unknown) => void
}

const erasures = erasureRequests(notesService)

/** Has everybody forgotten who closes their account. */
export function forgetWhoLeaves({ database, transport, onLeft, onError }: ClosuresOptions): Consumer {
  return startConsumer({
    service: notesService,
    name: 'closures',
    source: 'auth',
    transport,
    db: database,
    handlers: {
      [AccountClosed.type]: on(AccountClosed, async (tx, { id, data: { accountId } }) => {
        onLeft(accountId)
        await erasures.ask(tx, { id, subject: accountId, reason: 'The account was closed.' })
      }),
    },
    onError,
  })
}
