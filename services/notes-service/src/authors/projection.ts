import type { Database } from '@freehold/runtime'
import { on } from '@freehold/runtime/consumers'
import type { EventTransport } from '@freehold/runtime/events'
import type { KeyFinder } from '@freehold/runtime/personal'
import { startProjection, type Projection } from '@freehold/runtime/projections'
import { ProfileChanged } from '@notes/contracts'
import { notesService } from '../../ownership.js'
import { applyProfileChanged } from './profile-changed.js'

/** What the projection needs. */
export interface AuthorsOptions {
  readonly database: Database
  readonly transport: EventTransport
  /** The keys of what user-service tells. */
  readonly keys: KeyFinder
  readonly onError: (error: unknown) => void
}

/** Keeps the authors as user-service tells of them. */
export function keepAuthors({ database, transport, keys, onError }: AuthorsOptions): Projection {
  return startProjection({
    service: notesService,
    table: 'authors',
    sources: {
      user: { transport, keys, handlers: { [ProfileChanged.type]: on(ProfileChanged, applyProfileChanged) } },
    },
    db: database,
    onError,
  })
}
