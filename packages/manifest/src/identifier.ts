/** Longest name that PostgreSQL keeps whole (NAMEDATALEN less the end), in bytes. */
export const longestIdentifier = 63

/** A service's name is shorter, for `_migrator` is the longest ending of a role's name. */
export const longestServiceName = longestIdentifier - '_migrator'.length

/** Lower case, digits, single underscores: what SQL takes without quotes and never folds. */
export const identifier = '[a-z][a-z0-9]*(?:_[a-z0-9]+)*'

/** Names that PostgreSQL or Freehold keeps for itself. `pg` would make roles that begin with `pg_`. */
const reserved = 'pg|pg_.*|freehold|public|postgres|information_schema|template0|template1'

const identifierOnly = new RegExp(`^${identifier}$`)
const reservedOnly = new RegExp(`^(?:${reserved})$`)

/** The rules of a name as one pattern, for the JSON Schema. */
export function namePattern(longest: number = longestIdentifier): string {
  return `^(?!(?:${reserved})$)(?=.{1,${longest}}$)${identifier}$`
}

/** Whether SQL takes the name as it is written, without quotes. */
export function isIdentifier(name: string): boolean {
  return identifierOnly.test(name)
}

/** Whether the name belongs to PostgreSQL or to Freehold. */
export function isReserved(name: string): boolean {
  return reservedOnly.test(name)
}
