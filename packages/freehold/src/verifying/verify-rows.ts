import { areSealed, differences, withCanonicalJson } from './compare-rows.js'
import type { Finding } from './finding.js'
import type { LogSource, SourceRow, SourceSegment } from './log-source.js'
import { countOf, rangesOf } from './seqs.js'

/**
 * Verifies the rows of segments that were hashed with the same columns.
 *
 * @returns How many rows there are.
 */
export async function verifyRows(
  source: LogSource,
  segments: readonly SourceSegment[],
  findings: Finding[],
): Promise<number> {
  const signed = segments.filter(
    ({ proof, firstPosition, rows, seqs }) =>
      proof !== undefined &&
      // Of one that is archived in part, the rest proves nothing.
      firstPosition > source.archivedTo &&
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
    // A source may bring those of a segment that lies between, which nobody verifies here.
    const found = bySegment.get(row.segment)
    if (found === undefined) continue
    found.push(row)
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
