import pg from 'pg'
import type { Catalog } from './catalog.js'
import type { Field } from './side.js'

const parserOf = pg.types.getTypeParser as (oid: number, format: 'text') => (text: string) => unknown

/** How a result differs for a program that reads it. */
export interface ResultChange {
  readonly rule:
    'result-column-missing' | 'result-type-changed' | 'result-column-added' | 'result-type-renamed'
  readonly severity: 'error' | 'warning'
  readonly message: string
}

/**
 * What the driver makes of a type: `number`, `string`, `Date` … A bigint is a string, and so is an array of a type
 * that the driver does not know.
 */
export function javascriptKind(catalog: Catalog, oid: number): string {
  const type = catalog.types.get(oid)
  const parse = parserOf(oid, 'text')
  if (type?.category === 'A') {
    const parsed = attempted(parse, '{}')
    return Array.isArray(parsed) ? `array of ${javascriptKind(catalog, type.element)}` : 'string'
  }
  const samples: Readonly<Record<string, string>> = {
    bool: 't',
    date: '2026-01-02',
    point: '(1,2)',
    circle: '<(1,2),3>',
    interval: '1 day',
    bytea: '\\x01',
    json: '{}',
    jsonb: '{}',
  }
  const name = type?.name ?? ''
  const text = samples[name] ?? (name.startsWith('timestamp') ? '2026-01-02 03:04:05+00' : '1')
  const value = attempted(parse, text)
  if (name === 'json' || name === 'jsonb') return 'what the JSON holds'
  return typeof value === 'object' && value !== null ? value.constructor.name : typeof value
}

/** Compares what a statement returned on two schemas. */
export function resultChanges(
  from: { catalog: Catalog; fields: readonly Field[] },
  to: { catalog: Catalog; fields: readonly Field[] },
): ResultChange[] {
  const changes: ResultChange[] = []
  for (const [index, field] of from.fields.entries()) {
    const sameName = to.fields.filter(({ name }) => name === field.name)
    const there = to.fields[index]?.name === field.name ? to.fields[index] : sameName[0]
    if (there === undefined) {
      changes.push({
        rule: 'result-column-missing',
        severity: 'error',
        message: `The result has no column "${field.name}" any more.`,
      })
      continue
    }
    const kinds = [javascriptKind(from.catalog, field.type), javascriptKind(to.catalog, there.type)]
    const names = [nameOf(from.catalog, field.type), nameOf(to.catalog, there.type)]
    if (kinds[0] !== kinds[1])
      changes.push({
        rule: 'result-type-changed',
        severity: 'error',
        message: `"${field.name}" was ${names.join(' and becomes ')}: a program gets ${kinds.join(', then ')}.`,
      })
    else if (isOtherMeaning(names[0] ?? '', names[1] ?? ''))
      changes.push({
        rule: 'result-type-renamed',
        severity: 'warning',
        message: `"${field.name}" was ${names.join(' and becomes ')}: the same values may be read as others.`,
      })
  }
  const added = to.fields.filter(({ name }) => !from.fields.some((field) => field.name === name))
  if (added.length > 0)
    changes.push({
      rule: 'result-column-added',
      severity: 'warning',
      message: `The result has more columns: ${added.map(({ name }) => `"${name}"`).join(', ')}.`,
    })
  return changes
}

/** Whether a statement that is kept prepared would be refused: any other type, name or number of columns. */
export function isOtherResult(
  from: { catalog: Catalog; fields: readonly Field[] },
  to: { catalog: Catalog; fields: readonly Field[] },
): boolean {
  const key = ({ catalog, fields }: { catalog: Catalog; fields: readonly Field[] }): string =>
    JSON.stringify(fields.map(({ name, type, modifier }) => [name, nameOf(catalog, type), modifier]))
  return key(from) !== key(to)
}

const times = ['timestamp without time zone', 'timestamp with time zone', 'date']

function isOtherMeaning(one: string, other: string): boolean {
  return one !== other && times.includes(one) && times.includes(other)
}

function nameOf(catalog: Catalog, oid: number): string {
  return catalog.types.get(oid)?.fullName ?? String(oid)
}

function attempted(parse: (text: string) => unknown, text: string): unknown {
  try {
    return parse(text)
  } catch {
    // A driver that cannot read the sample hands its text on.
    return text
  }
}
