import { canonicalJson, leafHash, markBytes, marksOf, rootOf, rowBytes, rowFields } from '@freehold/proof'
import type { Finding } from './finding.js'
import type { SegmentProof, SourceColumn, SourceRow, SourceSegment } from './log-source.js'
import { rangesOf, seqsOf } from './seqs.js'

/** Whether rows are those that were sealed. */
export function areSealed(rows: readonly SourceRow[], { root }: SegmentProof): boolean {
  return rootOf(rows.map(({ bytes }) => leafHash(bytes))).equals(root)
}

/** Rows with their JSON as it is hashed, wherever a server prints it in another way. */
export function withCanonicalJson(
  rows: readonly SourceRow[],
  { columns }: SegmentProof,
  current: readonly SourceColumn[],
): SourceRow[] {
  const json = new Set(current.filter(({ isJson }) => isJson).map(({ name }) => name))
  const isJson = columns.map((name) => json.has(name))
  return rows.map((row) => {
    const fields = rowFields(row.bytes).map((field) => field?.toString() ?? null)
    return {
      ...row,
      bytes: rowBytes(fields.map((text, i) => (isJson[i] && text !== null ? asCanonical(text) : text))),
    }
  })
}

function asCanonical(text: string): string {
  try {
    return canonicalJson(text)
  } catch {
    // What is no JSON was not sealed as such, and stays as it is.
    return text
  }
}

/** Tells rows that are not as they were sealed: which, and in which columns. */
export function differences(
  segment: SourceSegment,
  proof: SegmentProof,
  rows: readonly SourceRow[],
): Finding[] {
  const at = { segment: segment.number }
  const width = proof.columns.length * markBytes
  const seqs = [...seqsOf(rangesOf(segment.seqs))]
  const bySeq = new Map<number, SourceRow>()
  const findings: Finding[] = []
  for (const row of rows) {
    if (bySeq.has(row.seq))
      findings.push({ ...at, kind: 'inserted', detail: `another row has the seq ${row.seq}` })
    bySeq.set(row.seq, row)
  }
  const changed: { index: number; columns: string[] }[] = []
  seqs.forEach((seq, index) => {
    const position = segment.firstPosition + index
    const row = bySeq.get(seq)
    if (row === undefined) {
      findings.push({ ...at, position, kind: 'removed', detail: `the row with the seq ${seq} is not there` })
      return
    }
    const columns = changedColumns(
      proof,
      marksOf(row.bytes),
      proof.marks.subarray(index * width, (index + 1) * width),
    )
    if (columns.length > 0) changed.push({ index, columns })
  })
  if (changed.length > 1 && isPermuted(proof, changed, seqs, bySeq))
    return [...findings, ...changed.map(({ index }) => reordered(segment, index))]
  findings.push(
    ...changed.map(({ index, columns }): Finding => {
      const position = segment.firstPosition + index
      return { ...at, position, kind: 'altered', columns, detail: `its ${columns.join(', ')} was changed` }
    }),
  )
  if (findings.length > 0) return findings
  return [
    {
      ...at,
      kind: 'segment altered',
      detail: 'its rows are not those that were sealed, and their marks were changed too',
    },
  ]
}

function changedColumns({ columns }: SegmentProof, now: Buffer, then: Buffer): string[] {
  return columns.filter((_, i) => {
    const [from, to] = [i * markBytes, (i + 1) * markBytes]
    return !now.subarray(from, to).equals(then.subarray(from, to))
  })
}

/** Whether the rows are the same ones under each other's seqs. */
function isPermuted(
  proof: SegmentProof,
  changed: readonly { index: number }[],
  seqs: readonly number[],
  bySeq: ReadonlyMap<number, SourceRow>,
): boolean {
  const width = proof.columns.length * markBytes
  const own = proof.columns.indexOf('seq') * markBytes
  const withoutSeq = (marks: Buffer): string =>
    Buffer.concat([marks.subarray(0, own), marks.subarray(own + markBytes)]).toString('hex')
  const then = changed.map(({ index }) =>
    withoutSeq(proof.marks.subarray(index * width, (index + 1) * width)),
  )
  const now = changed.map(({ index }) =>
    withoutSeq(marksOf(bySeq.get(seqs[index] ?? 0)?.bytes ?? Buffer.alloc(0))),
  )
  return then.toSorted().join() === now.toSorted().join()
}

function reordered({ number, firstPosition }: SourceSegment, index: number): Finding {
  return {
    segment: number,
    position: firstPosition + index,
    kind: 'reordered',
    detail: 'a row that was sealed at another position is here',
  }
}
