import pg from 'pg'

/** A text as SQL writes it. */
export function quoted(text: string): string {
  return pg.escapeLiteral(text)
}

/** A name as SQL writes it. */
export function quotedName(name: string): string {
  return pg.escapeIdentifier(name)
}
