import type { Database } from '@freehold/runtime'
import { on, startConsumer, type Consumer } from '@freehold/runtime/consumers'
import type { EventTransport } from '@freehold/runtime/events'
import { AccountRegistered } from '@notes/contracts'
import { userService } from '../../ownership.js'
import { makeProfileOfAccount } from './account-registered.js'

/** What consuming needs. */
export interface RegistrationsOptions {
  readonly database: Database
  readonly transport: EventTransport
  readonly onError: (error: unknown) => void
}

/** Makes a profile for everybody who registers. Whoever is faster and looks at theirs first makes it themselves. */
export function consumeRegistrations({ database, transport, onError }: RegistrationsOptions): Consumer {
  return startConsumer({
    service: userService,
    name: 'profiles',
    source: 'auth',
    transport,
    db: database,
    handlers: { [AccountRegistered.type]: on(AccountRegistered, makeProfileOfAccount) },
    onError,
  })
}
