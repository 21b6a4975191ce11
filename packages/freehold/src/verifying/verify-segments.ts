import { hashBytes, segmentHash } from '@freehold/proof'
import type { Finding } from './finding.js'
import type { LogSource, SourceSegment } from './log-source.js'
import { countOf, rangesOf } from './seqs.js'
import { verifyRows } from './verify-rows.js'

const segmentsAtATime = 64
const rowsAtATime = 50_000

/**
 * Verifies segments after one, up to another: their places, their statements and the chain that they are, and their rows.
 *
 * @param hashes - Of all segments that were signed.
 */
export async function verifySegments(
  source: LogSource,
  since: number,
  to: number,
  hashes: readonly Buffer[],
  findings: Finding[],
  onProgress: (done: number, of: number) => void,
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
    onProgress(Math.min(from - 1, to) - since, to - since)
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

/** The finding of a segment that is not there. */
export function missing(segment: number, detail: string): Finding {
  return { segment, kind: 'segment missing', detail }
}
