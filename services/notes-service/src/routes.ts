import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { Database } from '@freehold/runtime'
import { causesOf } from '@freehold/runtime/fastify'
import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyRequest,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify'
import type { Kysely } from 'kysely'
import type { Actor } from './audit/audit.js'
import type { NotesDatabase } from './database.js'
import type { NoteStore } from './notes/note-store.js'

/** Where routes are added: their schemas give their types. */
export type Routes = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>

/** What the routes work with. */
export interface Parts {
  readonly database: Database
  readonly reading: Kysely<NotesDatabase>
  readonly notes: NoteStore
}

/** Who sent a request, for the audit log. */
export function actorOf(request: Pick<FastifyRequest, 'caller' | 'id' | 'headers'>): Actor {
  return { userId: request.caller.userId, requestId: request.id, causes: causesOf(request) }
}
