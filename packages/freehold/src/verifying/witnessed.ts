import { openNote, readCheckpoint, type Checkpoint, type NoteVerifier } from '@freehold/proof'
import type { Finding } from './finding.js'
import type { LogSource } from './log-source.js'
import type { Roots } from './roots.js'

/** A checkpoint that another service keeps. */
export interface WitnessedNote {
  /** Who keeps it. */
  readonly witness: string
  readonly note: string
}

/**
 * Compares a log with what others were told of it. The database itself cannot say that it is another than it was, when
 * all of it was made anew, keys and all; they can.
 */
export function witnessFindings(
  { service, log }: LogSource,
  notes: readonly WitnessedNote[],
  keys: readonly NoteVerifier[],
  roots: Roots,
  signed: number,
): Finding[] {
  const known = notes.flatMap(({ witness, note }) => {
    const checkpoint = opened(note, keys)
    return checkpoint?.service === service && checkpoint.log === log ? [{ witness, checkpoint }] : []
  })
  roots.learn(known.map(({ checkpoint }) => checkpoint.size).filter((size) => size <= signed))
  const findings: Finding[] = []
  let holdsTo = 0
  for (const { witness, checkpoint } of known.toSorted((a, b) => a.checkpoint.size - b.checkpoint.size)) {
    const { size, root, position } = checkpoint
    if (size > signed)
      findings.push({
        kind: 'cut off',
        witness,
        size,
        detail: `${witness} was told of ${size} segments, up to position ${position}`,
      })
    else if (roots.at(size).equals(root)) holdsTo = size
    else
      findings.push({
        kind: 'rewritten',
        witness,
        size,
        segment: holdsTo + 1,
        detail: `what ${witness} was told of the first ${size} segments is another tree: something in ${holdsTo + 1} to ${size} was changed`,
      })
  }
  return findings
}

function opened(note: string, keys: readonly NoteVerifier[]): Checkpoint | undefined {
  try {
    return readCheckpoint(openNote(note, keys).text)
  } catch {
    // Nobody need believe what is not signed: a witness that was tampered with is found out by its own log.
    return undefined
  }
}
