import { noteText, openNote, readCheckpoint, type Checkpoint, type NoteVerifier } from '@freehold/proof'
import type { Finding, WitnessVerdict } from './finding.js'
import type { LogSource } from './log-source.js'
import type { Roots } from './roots.js'

/** A checkpoint that another service keeps. */
export interface WitnessedNote {
  /** Who keeps it. */
  readonly witness: string
  readonly note: string
  /** Its row there; absent where it is not known. */
  readonly seq?: number
}

/** What another service keeps of a log, or why it cannot be said. */
export type Witness =
  | { readonly witness: string; readonly notes: readonly WitnessedNote[]; readonly unreadable?: undefined }
  | { readonly witness: string; readonly notes?: undefined; readonly unreadable: string }

interface Told extends WitnessedNote {
  readonly checkpoint: Checkpoint
}

/**
 * Compares a log with what others were told of it. The database itself cannot say that it is another than it was, when
 * all of it was made anew, keys and all; they can.
 */
export function compareWitnesses(
  log: LogSource,
  witnesses: readonly Witness[],
  keys: readonly NoteVerifier[],
  roots: Roots,
): { findings: Finding[]; verdicts: WitnessVerdict[] } {
  const told = witnesses.map(({ notes = [] }) => toldOf(log, notes))
  const all = told.flat().toSorted((a, b) => a.checkpoint.size - b.checkpoint.size)
  roots.learn(all.map(({ checkpoint }) => checkpoint.size).filter((size) => size <= roots.size))
  const holds = ({ checkpoint: { size, root } }: Told): boolean =>
    size <= roots.size && roots.at(size).equals(root)
  // Signatures take long: only of those that accuse the log, and of the last that confirms it.
  const isSigned = ({ note }: Told): boolean => isOf(log.service, note, keys)
  const accusing = all.filter((each) => !holds(each) && isSigned(each))
  const holding = all.filter(holds)
  const findings = witnesses.flatMap(({ witness }) => {
    const own = accusing.filter((each) => each.witness === witness)
    const beyond = own.filter(({ checkpoint }) => checkpoint.size > roots.size)
    const within = own.filter(({ checkpoint }) => checkpoint.size <= roots.size)
    return [...cutOff(witness, beyond), ...rewritten(witness, within, holding)]
  })
  const verdicts = witnesses.map((each, i): WitnessVerdict => {
    const { witness, unreadable, notes = [] } = each
    if (unreadable !== undefined) return { witness, compared: 0, confirms: 0, unreadable }
    const last = (told[i] ?? []).filter(holds).findLast(isSigned)
    const seqs = notes.flatMap(({ seq }) => seq ?? [])
    return {
      witness,
      compared: notes.length,
      confirms: last?.checkpoint.position ?? 0,
      ...(seqs.length > 0 && { seq: Math.max(...seqs) }),
    }
  })
  return { findings, verdicts }
}

function cutOff(witness: string, told: readonly Told[]): Finding[] {
  const last = told.at(-1)
  if (last === undefined) return []
  const { size, position } = last.checkpoint
  const detail = `${witness} was told of ${size} segments, up to position ${position}`
  return [{ kind: 'cut off', witness, size, detail }]
}

function rewritten(witness: string, told: readonly Told[], holding: readonly Told[]): Finding[] {
  const [first] = told
  if (first === undefined) return []
  const { size } = first.checkpoint
  const segment = 1 + (holding.findLast(({ checkpoint }) => checkpoint.size < size)?.checkpoint.size ?? 0)
  const detail = `what ${witness} was told of the first ${size} segments is another tree: something in ${segment} to ${size} was changed`
  return [{ kind: 'rewritten', witness, size, segment, detail }]
}

/** Those of a log, in the order of their sizes. Of what is none, nobody can say anything. */
function toldOf({ service, log }: LogSource, notes: readonly WitnessedNote[]): Told[] {
  return notes
    .flatMap((note) => {
      const checkpoint = checkpointIn(note.note)
      return checkpoint?.service === service && checkpoint.log === log ? [{ ...note, checkpoint }] : []
    })
    .toSorted((a, b) => a.checkpoint.size - b.checkpoint.size)
}

function checkpointIn(note: string): Checkpoint | undefined {
  try {
    return readCheckpoint(noteText(note))
  } catch {
    // A witness that was tampered with is found out by its own log.
    return undefined
  }
}

function isOf(service: string, note: string, keys: readonly NoteVerifier[]): boolean {
  try {
    return openNote(note, keys).signers.some(({ name }) => name === service)
  } catch {
    // Nobody need believe what is not signed.
    return false
  }
}
