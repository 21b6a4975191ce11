import { computedFrom, isGuard, type Catalog, type Relation } from './catalog.js'

/** Values at the edges of what a condition lets through: its constants, and what lies just beside them. */
export function edgesOf(condition: string): string[] {
  const found: string[] = []
  for (const [, text = ''] of condition.matchAll(/'((?:[^']|'')*)'/g)) {
    const value = text.replaceAll("''", "'")
    found.push(value)
    // '{a,b}'::text[]
    if (/^\{.*\}$/.test(value)) found.push(...value.slice(1, -1).split(','))
  }
  for (const [text] of condition
    .replaceAll(/'(?:[^']|'')*'/g, ' ')
    .matchAll(/(?<![\w$.])-?\d+(?:\.\d+)?(?!\w)/g)) {
    const number = Number(text)
    found.push(text, String(number + 1), String(number - 1))
    if (Number.isInteger(number) && number > 0 && number < 20_000) {
      if (/length|octet/.test(condition)) found.push('x'.repeat(number), 'x'.repeat(number + 1))
    }
  }
  return [...new Set(found)]
}

/** What decides whether a row may be written to a relation, as far as it is written down in words. */
export function conditionsOn(catalog: Catalog, relation: Relation, column?: string): string[] {
  const isConcerned = (names: readonly string[]): boolean => column === undefined || names.includes(column)
  const types = [
    ...relation.columns.filter(({ name }) => name === column),
    ...(column === undefined ? [] : computedFrom(relation, column)),
  ]
  return [
    ...relation.constraints
      .filter(({ type, concerns }) => type === 'c' && isConcerned(concerns))
      .map(({ definition }) => definition),
    ...types.flatMap(({ oid, type }) => [...domainChecks(catalog, oid), ...lengthsIn(type)]),
    ...relation.policies.flatMap(({ using, check }) => [using ?? '', check ?? '']),
    // What Freehold's own guards say is no condition about values.
    ...relation.triggers
      .filter((trigger) => !isGuard(trigger))
      .flatMap(({ definition, body }) => [definition.replace(/^.*?( WHEN |$)/, '$1'), body]),
    ...(relation.partitionKey === null ? [] : relation.partitions),
    ...relation.uniques.map(({ definition }) => /WHERE .*$/.exec(definition)?.[0] ?? ''),
  ].filter((condition) => condition !== '')
}

function domainChecks(catalog: Catalog, oid: number): string[] {
  const type = catalog.types.get(oid)
  if (type?.kind !== 'd') return []
  return [...type.checks, ...lengthsIn(type.baseName), ...domainChecks(catalog, type.base)]
}

/** `character varying(20)` as a condition about a length. */
function lengthsIn(type: string): string[] {
  const [, length] = /^(?:character varying|character|bit varying)\((\d+)\)/.exec(type) ?? []
  return length === undefined ? [] : [`length <= ${length}`]
}

/** The settings that policies, triggers, defaults and functions read, with the column that they are compared with. */
export function settingsRead(catalog: Catalog): Map<string, string | undefined> {
  const found = new Map<string, string | undefined>()
  const look = (text: string): void => {
    for (const [, name = ''] of text.matchAll(/current_setting\(\s*'([^']+)'/g))
      if (name.includes('.') && !found.has(name)) found.set(name, undefined)
    for (const [, column, name = ''] of text.matchAll(
      /(\w+)\)?(?:::\w+)?\s*=\s*\(*(?:nullif\(|coalesce\()?\(?current_setting\(\s*'([^']+)'/gi,
    ))
      found.set(name, found.get(name) ?? column)
  }
  for (const { policies, columns, triggers } of catalog.relations) {
    for (const { using, check } of policies) look(`${using ?? ''} ${check ?? ''}`)
    for (const column of columns) look(column.default ?? '')
    for (const { body } of triggers) look(body)
  }
  for (const { body } of catalog.functions) look(body)
  return found
}
