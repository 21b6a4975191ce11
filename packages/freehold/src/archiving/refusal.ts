import { FreeholdError } from '@freehold/manifest/errors'
import type { ConsumerPlace } from './consumers.js'
import type { LogName } from '@freehold/proof'
import type { Partition } from './partition.js'

/** How far others are with a log. */
interface Claims {
  readonly backedUpTo: number
  /** The last position that is signed; nothing where nobody signs. */
  readonly signedTo: number | undefined
}

/**
 * Sees that nobody needs a partition any more.
 *
 * @param lastPosition - The greatest position of all that will be archived with it.
 * @throws FreeholdError `FREEHOLD_ARCHIVE_REFUSED` with all who do.
 */
export function requireArchivable(
  { service, log, backedUpTo, signedTo = Infinity }: LogName & Claims,
  { name, rows, sealed }: Partition,
  lastPosition: number,
  places: readonly ConsumerPlace[],
): void {
  const behind = places.filter(({ position }) => position < lastPosition)
  const reasons = [
    ...(rows === sealed ? [] : [`${rows - sealed} of its rows are not sealed`]),
    ...(signedTo >= lastPosition
      ? []
      : [`it is signed up to position ${signedTo} only, and nothing proves the rest`]),
    ...behind.map(
      ({ consumer, position }) =>
        `the consumer ${consumer} is at position ${position}, ${lastPosition - position} behind its end`,
    ),
    ...(backedUpTo >= lastPosition
      ? []
      : [`backups have the log up to position ${backedUpTo}, and it ends at ${lastPosition}`]),
  ]
  if (reasons.length === 0) return
  throw new FreeholdError('FREEHOLD_ARCHIVE_REFUSED', {
    message: `The partition ${name} of the log "${log}" of "${service}" stays: ${reasons.join('; ')}.`,
    details: { service, log, partition: name, lastPosition, behind, backedUpTo, unsealed: rows - sealed },
  })
}
