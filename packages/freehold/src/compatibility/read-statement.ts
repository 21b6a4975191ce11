import type { RecordedStatement } from '../releases/recorded-statement.js'
import { parseSql } from '../sql-syntax/parse-sql.js'
import { splitSql } from '../sql-syntax/split-sql.js'
import { shapeOf, type StatementShape } from './statement-shape.js'
import { variantsOf, type Variant } from './variants.js'

/** A text to try, and what it is about. */
export interface ReadVariant extends Variant {
  readonly shape: StatementShape
}

/** A recorded statement, understood as far as its text goes. */
export interface ReadStatement {
  readonly recorded: RecordedStatement
  /** Texts to try in turn, each one statement without a semicolon. */
  readonly variants: readonly ReadVariant[]
  /** Where several are in one text: each, in its order. */
  readonly parts?: readonly ReadStatement[]
  /** It has nothing in it, and so works on every schema. */
  readonly isEmpty?: true
  /** Why there is none. */
  readonly reason?: string
}

const afterSemicolon = /[;\s]+$/

/** Parses a statement with PostgreSQL's own parser. */
export async function readStatement(recorded: RecordedStatement): Promise<ReadStatement> {
  const variants: ReadVariant[] = []
  let reason: string | undefined
  for (const { text, isConstant } of variantsOf(recorded.text.replace(afterSemicolon, ''))) {
    const { tree, problem } = await parseSql(text)
    const count = tree?.stmts?.length ?? 0
    if (tree && count === 0) return { recorded, variants: [], isEmpty: true }
    // One may need what another did before: they are tried one by one, and all at once.
    if (tree && count > 1) {
      const texts = splitSql(text, tree).map((part) => part.text.trim())
      const parts = texts.map((part) => readStatement({ ...recorded, text: part }))
      return { recorded, variants, parts: await Promise.all(parts) }
    }
    if (tree && count === 1) variants.push({ text, isConstant, shape: shapeOf(tree) })
    else reason ??= problem
  }
  return { recorded, variants, ...(variants.length === 0 && { reason: reason ?? 'it cannot be parsed' }) }
}

/** What can be seen of a statement, or of each of several. */
export function shapesOf({ variants, parts = [] }: ReadStatement): StatementShape[] {
  const [first] = variants
  return [...(first === undefined ? [] : [first.shape]), ...parts.flatMap(shapesOf)]
}
