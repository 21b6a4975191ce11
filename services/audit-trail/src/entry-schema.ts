import { orNull } from '@freehold/runtime/fastify'
import { Type, type TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import type { AuditPage } from './entry.js'
import { rowProofSchema } from './proof-schema.js'

/** The group of these operations in an OpenAPI document. */
export const auditTag = {
  name: 'audit',
  description:
    'Who did what to your account, your profile and your notes, and the proof that nobody has changed it since.',
}

const uuid = Type.String({ format: 'uuid' })

function entryWith(proof: TSchema): TSchema {
  return Type.Object(
    {
      service: Type.String({ description: 'In whose log it is.', examples: ['notes'] }),
      log: Type.String({ examples: ['audit_log'] }),
      seq: Type.Integer({ minimum: 1, description: 'Names it among the entries of the log.' }),
      position: {
        ...orNull(Type.Integer({ minimum: 1 })),
        description: 'Its place in the sealed log; null until it is sealed.',
      },
      at: Type.String({ format: 'date-time' }),
      action: Type.String({ examples: ['note.created'] }),
      actor: {
        ...orNull(uuid),
        description: 'Who did it; null when that is not known, as with a wrong password.',
      },
      entity: orNull(Type.String({ examples: ['notes'] })),
      entityId: orNull(uuid),
      version: { ...orNull(Type.Integer({ minimum: 1 })), description: 'The version that it led to.' },
      requestId: {
        ...orNull(Type.String()),
        description: 'The X-Request-Id of the request, or the id of the event, that it was done for.',
      },
      detail: Type.Object({}, { additionalProperties: true }),
      proof: Type.Object({
        status: Type.Enum(['signed', 'pending', 'archived'], {
          description:
            '`pending` for a few seconds after it was done; `archived` when entries beside it were.',
        }),
        href: Type.Optional(Type.String({ description: 'Where the proof is.' })),
        inline: Type.Optional(proof),
      }),
    },
    { description: 'Something that was done, by you or to what is yours.' },
  )
}

/** An entry. Shared by name in the OpenAPI document. */
export const auditEntrySchema = { ...entryWith(Type.Ref('RowProof#')), $id: 'AuditEntry' }

/** What the routes share by name. */
export const auditSchemas = [rowProofSchema, auditEntrySchema]

const page = Compile(
  Type.Object({ items: Type.Array(entryWith(rowProofSchema)), nextCursor: orNull(Type.String()) }),
)

/** Whether what another service sent is a page of entries. */
export function isAuditPage(value: unknown): value is AuditPage {
  return page.Check(value)
}
