import {
  hashBytes,
  openNote,
  readCheckpoint,
  segmentHash,
  type Checkpoint,
  type NoteVerifier,
} from '@freehold/proof'
import { areSealed, differences, withCanonicalJson } from './compare-rows.js'
import type { Finding, LogVerdict } from './finding.js'
import type { LogSource, SourceRow, SourceSegment } from './log-source.js'
import { Roots } from './roots.js'
import { countOf, rangesOf } from './seqs.js'
import { compareWitnesses, type Witness } from './witnessed.js'

/** How far a log was found to hold, by whoever verified it before. */
export interface VerifiedState {
  readonly size: number
  /** In base64. */
  readonly root: string
  /** The last row that was compared of each witness. */
  readonly heard?: Readonly<Record<string, number>>
}

/** How a log is verified. */
export interface VerifyOptions {
  readonly keys: readonly NoteVerifier[]
  /** What others keep of it, read before the log: what they hear meanwhile may be of segments to come. */
  readonly witnesses?: readonly Witness[]
  /** Only what is new since then; all of it when absent. */
  readonly since?: VerifiedState | undefined
  /** Told how many segments were looked at, of how many. */
  readonly onProgress?: (done: number, of: number) => void
}

const segmentsAtATime = 64
const rowsAtATime = 50_000

/**
 * Verifies a log: recomputes the hash of each row, segment and tree, and compares them with what was signed, with what
 * was found the last time, and with what others keep.
 *
 * @returns What was found. Nothing of it is an error: a log that does not hold has findings.
 */
export async function verifyLog(source: LogSource, options: VerifyOptions): Promise<LogVerdict> {
  const findings: Finding[] = []
  const hashes = await source.hashes()
  const roots = new Roots(hashes)
  const since = startOf(roots, options.since, findings)
  const checkpoints = checkpointsOf(await source.checkpoints(since), options.keys, source, roots, findings)
  const last = await source.lastSegment()
  const signed = hashes.length
  if (last < signed) findings.push(missing(last + 1, 'segments that were signed are not there'))
  const checked = await verifySegments(source, since, Math.min(last, signed), hashes, findings, options)
  const newest = checkpoints.at(-1)
  if (signed > (newest?.size ?? since))
    findings.push({
      kind: 'checkpoint missing',
      size: signed,
      detail: `no checkpoint says so of all ${signed} segments that have a proof`,
    })
  for (const { seq } of await source.strays())
    findings.push({
      kind: 'stray',
      detail: `the row with the seq ${seq} was put in past the sealer: no segment has it`,
    })
  const compared = compareWitnesses(source, options.witnesses ?? [], options.keys, roots)
  findings.push(...compared.findings)
  return {
    service: source.service,
    log: source.log,
    size: signed,
    position: newest?.position ?? 0,
    signedAt: newest?.at,
    root: roots.at(signed).toString('base64'),
    checked,
    waiting: Math.max(0, last - signed),
    witnesses: compared.verdicts,
    archived: source.archivedTo,
    findings,
  }
}

function startOf(roots: Roots, since: VerifiedState | undefined, findings: Finding[]): number {
  if (since === undefined) return 0
  if (since.size > roots.size) {
    const detail = `it had ${since.size} segments when it was verified last, and has ${roots.size}`
    findings.push({ kind: 'cut off', witness: 'the last verification', size: since.size, detail })
    return 0
  }
  if (roots.at(since.size).toString('base64') === since.root) return since.size
  const detail = `its first ${since.size} segments are not those that were verified last`
  findings.push({ kind: 'rewritten', witness: 'the last verification', size: since.size, detail })
  return 0
}

function checkpointsOf(
  notes: readonly { size: number; note: string }[],
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

async function verifySegments(
  source: LogSource,
  since: number,
  to: number,
  hashes: readonly Buffer[],
  findings: Finding[],
  { onProgress }: VerifyOptions,
): Promise<{ segments: number; rows: number }> {
  let rows = 0
  let previous = hashes[since - 1] ?? Buffer.alloc(hashBytes)
  let nextPosition = since === 0 ? 1 : undefined
  for (let from = since + 1; from <= to;) {
    const chunk = await chunkOf(source, from, Math.min(to, from + segmentsAtATime - 1))
    if (chunk.length === 0) {
      findings.push(missing(from, 'its row is not there'))
      from += 1
      continue
    }
    for (const segment of chunk) {
      for (; from < segment.number; from += 1) findings.push(missing(from, 'its row is not there'))
      from = segment.number + 1
      findings.push(...placeFindings(segment, nextPosition))
      nextPosition = segment.firstPosition + segment.rows
      const { proof, number, epoch, firstPosition } = segment
      if (proof === undefined) {
        findings.push({ segment: number, kind: 'unsigned', detail: 'its proof is not there' })
        continue
      }
      const { service, log } = source
      const { columns, root, hash } = proof
      const statement = {
        service,
        log,
        segment: number,
        epoch,
        firstPosition,
        rows: segment.rows,
        columns,
        root,
        previous,
      }
      if (!segmentHash(statement).equals(hash))
        findings.push({
          segment: number,
          kind: 'proof altered',
          detail: 'its statement has another hash than was signed',
        })
      previous = hash
    }
    rows += await verifyRows(source, chunk, findings)
    onProgress?.(Math.min(from - 1, to) - since, to - since)
  }
  return { segments: Math.max(0, to - since), rows }
}

/** Segments that are read together: of one list of columns, and not too many rows. */
async function chunkOf(source: LogSource, from: number, to: number): Promise<readonly SourceSegment[]> {
  const found = await source.segments(from, to)
  const key = ({ proof }: SourceSegment): string => JSON.stringify(proof?.columns)
  let rows = 0
  const end = found.findIndex((segment, i) => {
    rows += segment.rows
    return i > 0 && (rows > rowsAtATime || key(segment) !== key(found[0] ?? segment))
  })
  return end === -1 ? found : found.slice(0, end)
}

function placeFindings(segment: SourceSegment, nextPosition: number | undefined): Finding[] {
  const { number, firstPosition, rows, seqs } = segment
  const misplaced = (detail: string): Finding => ({ segment: number, kind: 'segment misplaced', detail })
  const found: Finding[] = []
  if (nextPosition !== undefined && firstPosition !== nextPosition)
    found.push(misplaced(`it begins at position ${firstPosition}, and not at ${nextPosition}`))
  const count = countOf(rangesOf(seqs))
  if (count !== rows) found.push(misplaced(`it says that it has ${rows} rows, and names ${count}`))
  return found
}

async function verifyRows(
  source: LogSource,
  segments: readonly SourceSegment[],
  findings: Finding[],
): Promise<number> {
  const signed = segments.filter(
    ({ proof, firstPosition, rows, seqs }) =>
      proof !== undefined &&
      firstPosition + rows - 1 > source.archivedTo &&
      // Of one that names too many or too few, nobody can say at which position a row was.
      countOf(rangesOf(seqs)) === rows,
  )
  const columns = signed[0]?.proof?.columns
  if (columns === undefined) return 0
  const gone = columns.filter((name) => !source.columns.some((column) => column.name === name))
  if (gone.length > 0) {
    findings.push(
      ...signed.map(({ number }): Finding => ({
        segment: number,
        kind: 'segment altered',
        detail: `the log has no column ${gone.join(', ')} any more`,
      })),
    )
    return 0
  }
  const bySegment = new Map<number, SourceRow[]>(signed.map(({ number }) => [number, []]))
  let rows = 0
  for await (const row of source.rows(signed, columns)) {
    bySegment.get(row.segment)?.push(row)
    rows += 1
  }
  for (const segment of signed) {
    const { proof, number } = segment
    const found = (bySegment.get(number) ?? []).sort((a, b) => a.seq - b.seq)
    if (proof === undefined || areSealed(found, proof)) continue
    const canonical = withCanonicalJson(found, proof, source.columns)
    if (!areSealed(canonical, proof)) findings.push(...differences(segment, proof, canonical))
  }
  return rows
}

function missing(segment: number, detail: string): Finding {
  return { segment, kind: 'segment missing', detail }
}
