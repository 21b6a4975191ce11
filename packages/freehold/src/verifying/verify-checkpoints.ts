import { openNote, readCheckpoint, type Checkpoint, type NoteVerifier } from '@freehold/proof'
import type { Finding } from './finding.js'
import type { LogSource, SourceCheckpoint } from './log-source.js'
import type { Roots } from './roots.js'

/** The checkpoints that hold: signed by the service, of this log, and of the tree that its segments make. */
export function verifyCheckpoints(
  notes: readonly SourceCheckpoint[],
  keys: readonly NoteVerifier[],
  { service, log }: LogSource,
  roots: Roots,
  findings: Finding[],
): Checkpoint[] {
  roots.learn(notes.map(({ size }) => size).filter((size) => size <= roots.size))
  return notes.flatMap(({ size, note }) => {
    const wrong = (detail: string): [] => {
      findings.push({ kind: 'checkpoint altered', size, detail })
      return []
    }
    try {
      const { text, signers } = openNote(note, keys)
      const checkpoint = readCheckpoint(text)
      if (!signers.some(({ name }) => name === service)) return wrong(`it is not signed by "${service}"`)
      if (checkpoint.service !== service || checkpoint.log !== log) return wrong('it is of another log')
      if (checkpoint.size !== size) return wrong(`it is of ${checkpoint.size} segments`)
      if (size > roots.size) return wrong(`there are proofs of ${roots.size} segments only`)
      if (!roots.at(size).equals(checkpoint.root)) return wrong('the tree of the segments has another root')
      return [checkpoint]
    } catch (error) {
      return wrong(error instanceof Error ? error.message : String(error))
    }
  })
}
