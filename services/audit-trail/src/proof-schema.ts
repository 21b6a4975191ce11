import { orNull } from '@freehold/runtime/fastify'
import { Type } from 'typebox'

const hash = Type.String({ description: 'A SHA-256 in base64.' })
const count = Type.Integer({ minimum: 1 })

/** A proof of a row. Shared by name in the OpenAPI document. */
export const rowProofSchema = Type.Object(
  {
    freehold: Type.Literal('row-proof.v1'),
    service: Type.String(),
    log: Type.String(),
    position: count,
    row: {
      ...Type.Record(Type.String(), orNull(Type.String())),
      description: 'The whole row by its columns, as it is hashed.',
    },
    segment: Type.Object({
      number: count,
      epoch: Type.String(),
      firstPosition: count,
      rows: count,
      columns: Type.Array(Type.String()),
      root: hash,
      previous: hash,
    }),
    rowPath: Type.Array(hash, { description: 'From the row to the root of its segment.' }),
    segmentPath: Type.Array(hash, { description: 'From the segment to the root of the log.' }),
    checkpoint: Type.String({ description: 'What the service has signed: a signed note of C2SP.' }),
  },
  {
    $id: 'RowProof',
    description:
      'That a row is in a log, at its position, under a checkpoint that its service has signed. To be checked without us, with docs/seals/check-proof.mjs and the public keys.',
  },
)
