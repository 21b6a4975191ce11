import { erasureLogOf, type Service } from '@freehold/manifest'
import type { Queryable } from '../database/index.js'
import { envelopePrefix } from '../personal/envelope.js'
import { identifier } from '../statements/identifier.js'

/**
 * Whether a service has never sealed anything personal and was never asked to forget anybody, as far as its tables say.
 * Then it may have a new key store; otherwise a store that is missing was lost: `create` of `fileKeyStore`.
 *
 * Looks through whole logs where they hold nothing of the kind: give it a connection whose statements may take long.
 */
export async function hasNothingSealed(service: Service, db: Queryable): Promise<boolean> {
  const places = [...histories(service), ...logs(service), ...events(service)]
  const erasures = erasureLogOf(service)
  const questions = [
    ...(erasures === undefined ? [] : [`exists (select from ${identifier(erasures)})`]),
    ...places.map(({ table, where }) => `exists (select from ${identifier(table)} where ${where})`),
  ]
  for (const question of questions) {
    const { rows } = await db.query<{ found: boolean }>(`select ${question} as found`)
    if (rows[0]?.found === true) return false
  }
  return true
}

/** Where envelopes may be. */
interface Place {
  readonly table: string
  readonly where: string
}

/** What was deleted since is in the history alone, and what a table had before its history in the table alone. */
function histories({ owns }: Service): Place[] {
  return Object.entries(owns).flatMap(([table, declared]) => {
    if (declared.mutability !== 'mutable' || !declared.personal || declared.history === undefined) return []
    return [
      { table, where: holds('personal::text') },
      { table: declared.history, where: holds(`data ->> 'personal'`) },
    ]
  })
}

/** A log has its envelopes in columns of text or of JSON; what was written before a column was personal is none. */
function logs({ owns }: Service): Place[] {
  return Object.entries(owns).flatMap(([table, { mutability, personal }]) =>
    mutability === 'immutable' && personal
      ? personal.fields.map((field) => ({
          table,
          where: `${identifier(field)}::text ~ '^"?${envelopePrefix}'`,
        }))
      : [],
  )
}

function events({ owns, publishes }: Service): Place[] {
  const told = publishes.flatMap(({ type, personal }) =>
    (personal?.fields ?? []).map(
      (field) => `type = '${type}' and starts_with(data ->> '${field}', '${envelopePrefix}')`,
    ),
  )
  return Object.entries(owns).flatMap(([table, declared]) =>
    declared.mutability === 'immutable' && declared.kind === 'events' && told.length > 0
      ? [{ table, where: told.map((each) => `(${each})`).join(' or ') }]
      : [],
  )
}

function holds(text: string): string {
  return `strpos(${text}, '"${envelopePrefix}') > 0`
}
