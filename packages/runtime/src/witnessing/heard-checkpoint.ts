import { checkpointSigned, type CheckpointSigned } from '@freehold/manifest'
import { FreeholdError } from '@freehold/manifest/errors'
import { noteText, originOf, readCheckpoint } from '@freehold/proof'
import { Compile } from 'typebox/compile'
import type { Delivered } from '../events/index.js'

/** A checkpoint of another service, as it is kept. */
export type HeardCheckpoint = CheckpointSigned & {
  /** The service that told it. */
  readonly source: string
}

const contract = Compile(checkpointSigned('any').data)

/**
 * Takes a checkpoint from an event, and sees that it is of a log of the service that tells it, and says the same in its
 * signed text as beside it.
 *
 * @throws FreeholdError `FREEHOLD_PROOF_UNREADABLE` when it is no checkpoint, `FREEHOLD_PROOF_WRONG` when it is another.
 */
export function heardCheckpoint(source: string, { data, position }: Delivered): HeardCheckpoint {
  const where = `The event at position ${position} of "${source}"`
  if (!isCheckpoint(data))
    throw new FreeholdError('FREEHOLD_PROOF_UNREADABLE', {
      message: `${where} does not have what a checkpoint has.`,
      details: { source, position },
    })
  const { log, kind, size, note } = data
  const signed = readCheckpoint(noteText(note))
  const isTheSame = signed.size === size && signed.position === data.position
  if (signed.service === source && signed.log === log && isTheSame)
    return { source, log, kind, size, position: data.position, note }
  throw new FreeholdError('FREEHOLD_PROOF_WRONG', {
    message: `${where} is said to be of ${originOf({ service: source, log })}, size ${size}, position ${data.position}; signed is ${originOf(signed)}, size ${signed.size}, position ${signed.position}.`,
    details: { source, position },
  })
}

function isCheckpoint(data: unknown): data is CheckpointSigned {
  return contract.Check(data)
}
