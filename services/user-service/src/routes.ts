import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
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
import type { UserDatabase } from './database.js'
import type { ProfileStore, Self } from './profiles/profile-store.js'

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
  readonly reading: Kysely<UserDatabase>
  readonly profiles: ProfileStore
}

/** Whose profile a request is about, when it is about the caller's. */
export function selfOf(request: Pick<FastifyRequest, 'caller' | 'id' | 'headers'>): Self {
  return { caller: request.caller, requestId: request.id, causes: causesOf(request) }
}
