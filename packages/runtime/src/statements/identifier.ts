/** An identifier as SQL wants it: quoted, so that no name is a keyword or something else. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** A text as SQL writes it. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

/** Identifiers, quoted and separated by commas, each after a prefix such as `t.`. */
export function identifiers(names: readonly string[], prefix = ''): string {
  return names.map((name) => prefix + identifier(name)).join(', ')
}
