import type { Copy } from './copies.js'
import { prepare } from './prepared.js'
import type { ReadStatement, ReadVariant } from './read-statement.js'
import { inWords, type SideSession } from './side.js'
import { standInFor } from './stand-in.js'
import type { StatementShape } from './statement-shape.js'
import { wholeOf } from './try-parts.js'

/** How a statement can be tried on the schema that it was sent to. */
export type WayToTry =
  /** It is empty or about the session, and says nothing of a schema. */
  | { readonly how: 'not at all' }
  /** It is executed as it stands, or with the first of several values that work, and taken back. */
  | { readonly how: 'as it is'; readonly texts: readonly string[]; readonly shape: StatementShape }
  /** It is prepared now, under the name that was given. */
  | { readonly how: 'prepared'; readonly variant: ReadVariant; readonly copy?: Copy }
  /** They are several in one text, which are tried one by one and all at once. */
  | { readonly how: 'in parts'; readonly parts: readonly ReadStatement[]; readonly text: string }
  /** It does not work there. */
  | { readonly how: 'none'; readonly reason: string }

/** Statements that say nothing of a schema: they are about the session. */
const ofSession = new Set([
  'TransactionStmt',
  'VariableSetStmt',
  'VariableShowStmt',
  'DeallocateStmt',
  'DiscardStmt',
  'FetchStmt',
  'ClosePortalStmt',
  'ListenStmt',
  'UnlistenStmt',
  'NotifyStmt',
])

/** Statements that can be tried in a transaction, though not be prepared. */
const runnable = new Set([
  'CallStmt',
  'TruncateStmt',
  'LockStmt',
  'RefreshMatViewStmt',
  'CreateTableAsStmt',
  'CreateStmt',
  'DoStmt',
  'ExplainStmt',
])

/** Finds the first of a statement's texts that the server can do something with. */
export async function wayToTry(
  session: SideSession,
  { variants, parts, isEmpty, reason }: ReadStatement,
  name: string,
): Promise<WayToTry> {
  if (parts) return { how: 'in parts', parts, text: wholeOf(parts) }
  if (isEmpty || ofSession.has(variants[0]?.shape.kind ?? '')) return { how: 'not at all' }
  let why = reason
  for (const variant of variants) {
    const { text, shape } = variant
    if (runnable.has(shape.kind)) {
      // It takes no parameters where it is not prepared: constants stand in.
      const texts = variants.filter((each) => each.shape.parameterCount === 0).map((each) => each.text)
      return { how: 'as it is', texts, shape }
    }
    const standIn = await standInFor(session, variant)
    if (standIn && 'reason' in standIn) return { how: 'none', ...standIn }
    const prepared = await prepare(session, { name, text: standIn?.variant.text ?? text })
    if (prepared.ok) return { how: 'prepared', variant, ...standIn }
    why ??= inWords(prepared)
  }
  return { how: 'none', reason: why ?? 'it cannot be prepared' }
}
