import type { ReadStatement } from './read-statement.js'
import type { Reached, Trial } from './trial.js'

/** How far a statement was checked, the least first. */
const stages: readonly Reached[] = ['unchecked', 'parsed', 'planned', 'executed']

/**
 * What came of several statements in one text: of each, and of all at once, where one may need what another did before.
 *
 * @param whole - All of them at once; undefined where that cannot be tried.
 */
export function together(
  { recorded }: ReadStatement,
  parts: readonly Trial[],
  whole: Trial | undefined,
): Trial {
  const isWhole = whole?.reached === 'executed'
  const least = parts.toSorted((a, b) => stages.indexOf(a.reached) - stages.indexOf(b.reached))[0]
  const reached = isWhole ? 'executed' : (least?.reached ?? 'unchecked')
  const reason = least?.reason ?? whole?.reason
  const all = [...parts, ...(isWhole ? [whole] : [])].flatMap(({ breaks }) => breaks)
  const shapes = parts.flatMap(({ shape }) => (shape === undefined ? [] : [shape]))
  const [first] = shapes
  return {
    statement: recorded,
    reached,
    metRows: parts.every(({ metRows }) => metRows),
    isTouched: !isWhole && parts.some(({ isTouched }) => isTouched === true),
    breaks: all.filter((each, index) => all.findIndex(({ message }) => message === each.message) === index),
    ...(first && {
      shape: {
        ...first,
        tables: shapes.flatMap(({ tables }) => tables),
        writes: shapes.flatMap(({ writes }) => writes),
      },
    }),
    ...(reached !== 'executed' && reason !== undefined && { reason }),
  }
}

/** All parts in one text, without what would begin or end the transaction in which they are tried. */
export function wholeOf(parts: readonly ReadStatement[]): string {
  return parts
    .filter(({ variants }) => variants[0]?.shape.kind !== 'TransactionStmt')
    .map(({ recorded }) => recorded.text)
    .join(';\n')
}
