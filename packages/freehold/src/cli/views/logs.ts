import type { Archived, LogState } from '../../archiving/index.js'
import type { Colors } from '../terminal.js'

/** A log's partitions, who still needs them, and what was archived. */
export function logText({ partitions, consumers, archives }: LogState, { bold, dim }: Colors): string {
  const gone = archives.map(
    ({ from_seq, to_seq, row_count, file }) =>
      `  seqs ${from_seq} to ${Number(to_seq) - 1}: ${row_count} rows ${dim(`archived in ${file}`)}`,
  )
  const here = partitions.map(({ name, rows, sealed, bytes, isFull, lastPosition = 0 }) => {
    const behind = consumers.filter(({ position }) => position < lastPosition).map(({ consumer }) => consumer)
    const need =
      behind.length > 0 ? `needed by ${behind.join(', ')}` : isFull ? 'read by all' : 'being written'
    const size = `${rows} rows, ${sealed} sealed, ${Math.ceil(bytes / 1_024)} KiB`
    return `  ${name}: ${size}, up to position ${lastPosition} ${dim(need)}`
  })
  const places = consumers.map(({ consumer, position }) => `  ${consumer} ${dim(`position ${position}`)}`)
  return [
    ...(gone.length > 0 ? [bold('archived'), ...gone] : []),
    bold('partitions'),
    ...(here.length > 0 ? here : ['  none: it is a plain table']),
    ...(places.length > 0 ? [bold('consumers'), ...places] : []),
  ].join('\n')
}

/** What was archived just now. */
export function archivedText(archived: readonly Archived[], isPartitioned: boolean): string {
  if (!isPartitioned) return 'No partition was archived: it is a plain table, and has none.'
  if (archived.length === 0) return 'No partition is full and before that.'
  return archived.map(({ partition, rows, file }) => `${partition}: ${rows} rows in ${file}`).join('\n')
}
