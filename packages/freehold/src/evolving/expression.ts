import { FreeholdError } from '@freehold/manifest/errors'
import { nodesIn } from '../sql-syntax/syntax-tree.js'

/** A column reference within an expression: where it begins and ends, in bytes. */
interface Reference {
  readonly column: string
  readonly start: number
}

const prefix = 'select '

/**
 * Writes an expression anew, with something else in the place of each column.
 *
 * @param place - The flag that it comes from, for the error.
 * @param columns - The columns that it may name, and what takes their place.
 * @throws FreeholdError `FREEHOLD_EVOLUTION_EXPRESSION`.
 */
export async function inPlaceOf(
  place: string,
  expression: string,
  columns: ReadonlyMap<string, string>,
): Promise<string> {
  const references = await referencesOf(place, expression)
  let bytes = Buffer.from(expression)
  for (const { column, start } of references.toSorted((a, b) => b.start - a.start)) {
    const replacement = columns.get(column)
    if (replacement === undefined) {
      const allowed = columns.size === 0 ? 'no column' : `${[...columns.keys()].join(', ')} alone`
      throw unfit(place, expression, `it names "${column}", and can be made of ${allowed}`)
    }
    const rest = bytes.toString('utf8', start)
    const written = /^"(?:[^"]|"")+"|^[^\s()[\],:;.+*/<>=~!@#%^&|`?'"-]+/.exec(rest)?.[0] ?? ''
    bytes = Buffer.concat([
      bytes.subarray(0, start),
      Buffer.from(replacement),
      bytes.subarray(start + Buffer.byteLength(written)),
    ])
  }
  return bytes.toString('utf8')
}

async function referencesOf(place: string, expression: string): Promise<Reference[]> {
  const parser = await import('libpg-query')
  const tree = await parser.parse(prefix + expression).catch((cause: unknown) => {
    if (!parser.hasSqlDetails(cause)) throw cause
    throw unfit(place, expression, cause.sqlDetails?.message ?? cause.message, cause)
  })
  const select = tree.stmts?.[0]?.stmt
  const isOne =
    tree.stmts?.length === 1 &&
    select !== undefined &&
    'SelectStmt' in select &&
    select.SelectStmt.targetList?.length === 1 &&
    Object.keys(select.SelectStmt).every((key) => ['targetList', 'limitOption', 'op'].includes(key))
  if (!isOne) throw unfit(place, expression, 'it is not one expression')
  const { tokens } = await parser.scan(expression)
  if (tokens.some(({ tokenName }) => tokenName.endsWith('COMMENT'))) {
    throw unfit(place, expression, 'it has a comment, which would hide what comes after it')
  }
  const references: Reference[] = []
  for (const { kind, node } of nodesIn(select)) {
    if (kind === 'SubLink')
      throw unfit(place, expression, 'it has a subquery, which a trigger would run for each row')
    if (kind === 'ParamRef') throw unfit(place, expression, 'it has a parameter')
    if (kind !== 'ColumnRef') continue
    const { fields = [], location = 0 } = node as {
      fields?: { String?: { sval?: string } }[]
      location?: number
    }
    const column = fields[0]?.String?.sval
    if (fields.length !== 1 || column === undefined) {
      throw unfit(place, expression, 'it names a column with its table; write the column alone')
    }
    references.push({ column, start: location - Buffer.byteLength(prefix) })
  }
  return references
}

/** An expression that cannot stand in a path. */
export function unfit(place: string, expression: string, reason: string, cause?: unknown): FreeholdError {
  return new FreeholdError('FREEHOLD_EVOLUTION_EXPRESSION', {
    message: `${place} ${expression}: ${reason}.`,
    details: { place, expression },
    cause,
  })
}
