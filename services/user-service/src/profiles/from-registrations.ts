import type { Database } from '@freehold/runtime'
import { on, startConsumer, type Consumer } from '@freehold/runtime/consumers'
import { erasureRequests } from '@freehold/runtime/erasing'
import type { EventTransport } from '@freehold/runtime/events'
import type { KeyFinder } from '@freehold/runtime/personal'
import { AccountClosed, AccountRegistered } from '@notes/contracts'
import { userService } from '../../ownership.js'
import { makeProfileOfAccount } from './account-registered.js'

/** What consuming needs. */
export interface RegistrationsOptions {
  readonly database: Database
  readonly transport: EventTransport
  /** The keys of what auth-service tells. */
  readonly keys: KeyFinder
  /** Hears at once who has left: what is remembered of them is to be forgotten. */
  readonly onLeft: (subject: string) => void
  readonly onError: (error: unknown) => void
}

const erasures = erasureRequests(userService)

/**
 * Makes a profile for everybody who registers, and has whoever left forgotten. Whoever is faster and looks at their profile
 * first makes it themselves.
 */
export function consumeRegistrations({
  database,
  transport,
  keys,
  onLeft,
  onError,
}: RegistrationsOptions): Consumer {
  return startConsumer({
    service: userService,
    name: 'profiles',
    source: 'auth',
    transport,
    keys,
    db: database,
    handlers: {
      [AccountRegistered.type]: on(AccountRegistered, makeProfileOfAccount),
      [AccountClosed.type]: on(AccountClosed, async (tx, { id, data: { accountId } }) => {
        onLeft(accountId)
        await erasures.ask(tx, { id, subject: accountId, reason: 'The account was closed.' })
      }),
    },
    onError,
  })
}
