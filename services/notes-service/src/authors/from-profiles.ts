import type { Database } from '@freehold/runtime'
import { on, startConsumer, type Consumer } from '@freehold/runtime/consumers'
import type { EventTransport } from '@freehold/runtime/events'
import { ProfileChanged } from '@notes/contracts'
import { notesService } from '../../ownership.js'
import { applyProfileChanged } from './profile-changed.js'

/** What consuming needs. */
export interface AuthorsOptions {
  readonly database: Database
  readonly transport: EventTransport
  readonly onError: (error: unknown) => void
}

/** Keeps the authors as user-service tells of them. */
export function consumeProfiles({ database, transport, onError }: AuthorsOptions): Consumer {
  return startConsumer({
    service: notesService,
    name: 'authors',
    source: 'user',
    transport,
    db: database,
    handlers: { [ProfileChanged.type]: on(ProfileChanged, applyProfileChanged) },
    onError,
  })
}
