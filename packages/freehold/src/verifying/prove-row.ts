import { FreeholdError } from '@freehold/manifest/errors'
import {
  consistencyProof,
  hashBytes,
  inclusionPath,
  SignedSegment,
  type ConsistencyProof,
  type RowProof,
} from '@freehold/proof'
import { withCanonicalJson } from './compare-rows.js'
import type { LogSource, SegmentProof, SourceRow, SourceSegment } from './log-source.js'

type Signed = SourceSegment & { readonly proof: SegmentProof }

/**
 * Proves that a row is at a position of a log, under the last checkpoint.
 *
 * @throws FreeholdError `FREEHOLD_PROOF_NONE` when nothing that is signed is at the position or it was archived,
 *   `FREEHOLD_SEAL_BROKEN` when its segment is not as it was sealed.
 */
export async function proveRow(source: LogSource, position: number): Promise<RowProof> {
  const { service, log } = source
  const hashes = await source.hashes()
  const segment = await segmentAt(source, position, hashes.length)
  if (segment.firstPosition <= source.archivedTo)
    throw none(source, `the segment of position ${position} was archived in part`)
  const rows: SourceRow[] = []
  for await (const row of source.rows([segment], segment.proof.columns)) rows.push(row)
  rows.sort((a, b) => a.seq - b.seq)
  const canonical = withCanonicalJson(rows, segment.proof, source.columns)
  const statement = {
    service,
    log,
    segment: segment.number,
    epoch: segment.epoch,
    firstPosition: segment.firstPosition,
    rows: segment.rows,
    columns: segment.proof.columns,
    root: segment.proof.root,
    previous: hashes[segment.number - 2] ?? Buffer.alloc(hashBytes),
  }
  const signed = new SignedSegment(
    statement,
    canonical.map(({ bytes }) => bytes),
  )
  const checkpoint = await lastCheckpoint(source, hashes.length)
  return signed.proof(position, inclusionPath(hashes, segment.number - 1), checkpoint)
}

/**
 * Proves that a log goes on from a checkpoint that somebody has to its last one.
 *
 * @param earlier - The signed note that somebody has, of so many segments.
 * @throws FreeholdError `FREEHOLD_PROOF_NONE` when the log has no signed checkpoint as large.
 */
export async function proveConsistency(
  source: LogSource,
  earlier: string,
  size: number,
): Promise<ConsistencyProof> {
  const hashes = await source.hashes()
  if (size < 1 || size > hashes.length)
    throw none(source, `it has ${hashes.length} signed segments, not ${size}`)
  return consistencyProof(earlier, await lastCheckpoint(source, hashes.length), hashes, size)
}

async function segmentAt(source: LogSource, position: number, signed: number): Promise<Signed> {
  if (position <= source.archivedTo) throw none(source, `position ${position} was archived`)
  let [from, to] = [1, signed]
  while (from <= to) {
    const middle = Math.floor((from + to) / 2)
    const [found] = await source.segments(middle, middle)
    if (found === undefined) break
    if (position < found.firstPosition) to = middle - 1
    else if (position >= found.firstPosition + found.rows) from = middle + 1
    else if (found.proof !== undefined) return { ...found, proof: found.proof }
    else break
  }
  throw none(source, `nothing that is signed is at position ${position}`)
}

async function lastCheckpoint(source: LogSource, signed: number): Promise<string> {
  const checkpoint = (await source.checkpoints(signed)).find(({ size }) => size === signed)
  if (checkpoint === undefined) throw none(source, `no checkpoint is of its ${signed} segments`)
  return checkpoint.note
}

function none({ service, log }: LogSource, why: string): FreeholdError {
  return new FreeholdError('FREEHOLD_PROOF_NONE', {
    message: `"${service}.${log}" cannot prove that: ${why}.`,
    details: { service, log },
  })
}
