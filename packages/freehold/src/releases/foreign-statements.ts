import type { RecordedStatement, Service, System } from '@freehold/manifest'
import { FreeholdError } from '@freehold/manifest/errors'
import { namesIn } from '../proving/static/names-in-sql.js'

/**
 * Refuses statements that another service must have sent: they speak of its schema, or of a table that it owns and this
 * service has not.
 *
 * @param tables - Those of this service which its manifest need not name.
 * @throws FreeholdError `FREEHOLD_STATEMENTS_OF_ANOTHER` with the first such statement, and whose it is.
 */
export async function refuseForeign(
  system: System,
  service: Service,
  statements: readonly RecordedStatement[],
  tables: readonly { readonly name: string }[] = [],
): Promise<void> {
  const own = new Set([...Object.keys(service.owns), ...tables.map(({ name }) => name)])
  const others = system.services.filter(({ name }) => name !== service.name)
  for (const statement of statements) {
    const names = await namesIn(statement.text)
    const qualified = names?.qualified ?? []
    const plain = (names?.plain ?? []).filter(
      (name) => !own.has(name) && !isNamedInside(statement.text, name),
    )
    const owner = others.find(
      (other) =>
        (other.schema !== service.schema && qualified.some((name) => name.schema === other.schema)) ||
        plain.some((name) => name in other.owns),
    )
    if (owner !== undefined) throw foreign(service, owner, statement)
  }
}

/** A name that the statement itself gives to a query: `with profiles as (…)`. */
function isNamedInside(text: string, name: string): boolean {
  return new RegExp(
    `\\b${name}"?\\s*(?:\\([^)]*\\)\\s*)?as\\s+(?:(?:not\\s+)?materialized\\s*)?\\(`,
    'i',
  ).test(text)
}

function foreign(service: Service, owner: Service, { text, sentFrom }: RecordedStatement): FreeholdError {
  const from = sentFrom === undefined ? '' : `, sent from ${sentFrom}`
  return new FreeholdError('FREEHOLD_STATEMENTS_OF_ANOTHER', {
    message: `A statement that is taken for one of "${service.name}" is of "${owner.name}"${from}: ${text.slice(0, 200)}`,
    details: { service: service.name, owner: owner.name, statement: text },
  })
}
