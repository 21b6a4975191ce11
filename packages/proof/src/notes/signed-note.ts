import { unreadable, wrong } from '../refusals.js'
import { fromBase64 } from './base64.js'
import type { NoteSigner, NoteVerifier } from './note-key.js'

/** A text of whole lines, and who signed it. */
export interface OpenedNote {
  readonly text: string
  /** Those of the known keys that signed it: one at least. */
  readonly signers: readonly NoteVerifier[]
}

const idBytes = 4
const mostSignatures = 100

/**
 * Signs a text, as C2SP's "signed note" has it (https://c2sp.org/signed-note): the text, an empty line, and a line for
 * each signature. Other programs of transparency logs can read it.
 *
 * @param text - Whole lines: it ends with a line break.
 * @throws RangeError when it does not, or has control characters.
 */
export function signNote(text: string, signer: NoteSigner): string {
  if (!isNoteText(text)) throw new RangeError('a note is of whole lines without control characters')
  const id = Buffer.alloc(idBytes)
  id.writeUInt32BE(signer.id)
  const signature = Buffer.concat([id, signer.sign(Buffer.from(text))])
  return `${text}\n— ${signer.name} ${signature.toString('base64')}\n`
}

/**
 * Opens a note: takes its signatures apart, and verifies those of keys that are known. Others are passed over, as notes
 * may be signed by several; but one of a known key that is wrong is not.
 *
 * @throws FreeholdError `FREEHOLD_PROOF_UNREADABLE` when it has not the form of a note, `FREEHOLD_PROOF_WRONG` when
 *   a signature is wrong or none is of a known key.
 */
export function openNote(note: string, known: readonly NoteVerifier[]): OpenedNote {
  const split = note.lastIndexOf('\n\n')
  const text = noteText(note)
  const lines = note.slice(split + 2).split('\n')
  if (
    split < 0 ||
    lines.pop() !== '' ||
    lines.length === 0 ||
    lines.length > mostSignatures ||
    !isNoteText(text)
  )
    throw unreadable('A signed note', 'it is not a text, an empty line, and signatures')
  const signers: NoteVerifier[] = []
  for (const line of lines) {
    const [, name, encoded = ''] = /^— ([^\s+]+) (\S+)$/u.exec(line) ?? []
    const bytes = fromBase64(encoded)
    if (name === undefined || bytes === undefined || bytes.length <= idBytes)
      throw unreadable('A signed note', `"${line}" is no signature`)
    const signer = known.find((key) => key.name === name && key.id === bytes.readUInt32BE(0))
    if (signer === undefined || signers.includes(signer)) continue
    if (!signer.verify(Buffer.from(text), bytes.subarray(idBytes)))
      throw wrong('A signed note', `the signature of ${name} is not of this text`)
    signers.push(signer)
  }
  if (signers.length === 0) throw wrong('A signed note', 'none of its signatures is of a key that is known')
  return { text, signers }
}

/** The text of a note, whoever signed it. */
export function noteText(note: string): string {
  return note.slice(0, note.lastIndexOf('\n\n') + 1)
}

/** Whole lines of printable characters. Half a surrogate pair would be signed as another character. */
function isNoteText(text: string): boolean {
  return text.endsWith('\n') && !/(?!\n)[\p{Cc}\p{Cs}]/u.test(text)
}
