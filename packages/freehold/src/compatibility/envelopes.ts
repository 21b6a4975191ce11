import type { Column, Relation } from './catalog.js'

const form = 'personal\\.v1:'

/** Something of the form of what the runtime seals: a guard looks at no more, since no database has the keys. */
export function envelope(number: number, { type }: Pick<Column, 'type'> = { type: 'text' }): string {
  const text = `personal.v1:gate:${'A'.repeat(24)}${number}`
  return /^jsonb?$/.test(type) ? JSON.stringify(text) : text
}

/** Whether a column of a log holds an envelope. */
export function isEnvelope({ constraints }: Relation, { name }: Column): boolean {
  return constraints.some(({ definition, concerns }) => concerns.includes(name) && definition.includes(form))
}

/** The columns of a table whose values its history keeps sealed, in the column `personal`: Freehold's trigger names them. */
export function sealedFields({ triggers }: Relation): readonly string[] {
  const body = triggers.find(({ definition }) =>
    / EXECUTE FUNCTION freehold\.\w+__history\(/.test(definition),
  )?.body
  const [, list = ''] = /fields constant pg_catalog\.text\[\] := ([^;]*);/.exec(body ?? '') ?? []
  return Array.from(list.matchAll(/\w+/g), ([word]) => word).filter(
    (word) => !/^(?:array|text|pg_catalog)$/i.test(word),
  )
}

/**
 * The value of the column `personal` beside others: an envelope for each that is sealed and not null.
 *
 * @param given - The columns that are given a value; those with a default have one, too.
 */
export function envelopesFor(relation: Relation, given: readonly string[], number: number): string {
  const isFull = (field: string): boolean =>
    given.includes(field) ||
    relation.columns.some(({ name, default: value }) => name === field && value !== null)
  const sealed = sealedFields(relation).filter(isFull)
  return JSON.stringify(Object.fromEntries(sealed.map((field) => [field, envelope(number)])))
}
