import { unreadable } from './refusals.js'
import { hashBytes } from './merkle/hash.js'
import { fromBase64 } from './notes/base64.js'

/** A log. */
export interface LogName {
  readonly service: string
  readonly log: string
}

/** What the signer of a log says about it: how many segments it has, and the root of the tree over them. */
export interface Checkpoint extends LogName {
  /** How many segments the tree is over. */
  readonly size: number
  readonly root: Uint8Array
  /** The last position that they have. */
  readonly position: number
  /** The life of the log that they were sealed in last. */
  readonly epoch: string
  /** When it was signed. */
  readonly at: Date
}

/**
 * The text of a checkpoint, as C2SP's "tlog-checkpoint" has it (https://c2sp.org/tlog-checkpoint): origin, size and root,
 * each a line, and then lines of our own.
 */
export function checkpointText({ service, log, size, root, position, epoch, at }: Checkpoint): string {
  return [
    originOf({ service, log }),
    size,
    Buffer.from(root).toString('base64'),
    `position ${position}`,
    `epoch ${epoch}`,
    `at ${at.toISOString()}`,
    '',
  ].join('\n')
}

/** The name of a log among all logs of a system. */
export function originOf({ service, log }: LogName): string {
  return `${service}/${log}`
}

const form =
  /^([a-z0-9_-]+)\/([a-z0-9_]+)\n(0|[1-9][0-9]{0,15})\n(\S+)\nposition (0|[1-9][0-9]{0,15})\nepoch ([0-9a-f-]{36})\nat (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)\n$/

/**
 * Reads the text of a checkpoint; who signed it is not looked at, see `openNote`.
 *
 * @throws FreeholdError `FREEHOLD_PROOF_UNREADABLE` when it is none.
 */
export function readCheckpoint(text: string): Checkpoint {
  const [, service = '', log = '', size, encoded = '', position, epoch = '', at = ''] = form.exec(text) ?? []
  const root = fromBase64(encoded)
  const time = new Date(at)
  if (root?.length !== hashBytes || Number.isNaN(time.getTime()))
    throw unreadable('A checkpoint', 'it is not origin, size, root, position, epoch and time, a line each')
  return { service, log, size: Number(size), root, position: Number(position), epoch, at: time }
}
