/** A statement that a version of a service really sent. Values are not kept, only what kind they were of. */
export interface RecordedStatement {
  readonly text: string
  /**
   * The kind of each parameter's value as JavaScript had it: `string`, `number`, `bigint`, `boolean`, `date`, `bytes`,
   * `array`, `json` or `null`; several, joined by `|`, where calls differed.
   */
  readonly parameters: readonly string[]
  /** Where in the code it was sent from, relative to the folder of the configuration. Absent when not known. */
  readonly sentFrom?: string
  /** Whether it is prepared under a name, so that a plan and a result type are kept between calls. */
  readonly isNamed?: boolean
}

/** What was recorded of one version of a service: the file `statements.json`. */
export interface RecordedStatements {
  readonly format: 'freehold-statements/1'
  readonly service: string
  readonly version: string
  /** In the order of their texts, so that a change of the file reads well. */
  readonly statements: readonly RecordedStatement[]
}

/**
 * Statements of several recordings as one: each text once, with the kinds of all. What is said first of where a text is
 * sent from stays, because the same text of two places is one statement to the server.
 */
export function mergedStatements(recordings: readonly (readonly RecordedStatement[])[]): RecordedStatement[] {
  const byText = new Map<string, RecordedStatement>()
  for (const statement of recordings.flat()) {
    const before = byText.get(statement.text)
    byText.set(statement.text, before === undefined ? statement : merged(before, statement))
  }
  return [...byText.values()].sort((a, b) => (a.text < b.text ? -1 : 1))
}

function merged(before: RecordedStatement, now: RecordedStatement): RecordedStatement {
  const sentFrom = before.sentFrom ?? now.sentFrom
  const length = Math.max(before.parameters.length, now.parameters.length)
  return {
    text: before.text,
    parameters: Array.from({ length }, (_, i) => kindsOf(before.parameters[i], now.parameters[i])),
    ...(sentFrom !== undefined && { sentFrom }),
    ...((before.isNamed === true || now.isNamed === true) && { isNamed: true }),
  }
}

function kindsOf(...seen: readonly (string | undefined)[]): string {
  const kinds = seen.flatMap((kind) => kind?.split('|') ?? []).filter((kind) => kind !== '')
  return [...new Set(kinds)].sort().join('|')
}
