import pg from 'pg'

const longestName = 63

/** A name as SQL needs it: with quotes only where it does not do without. */
export function identifier(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) && !reserved.has(name) ? name : pg.escapeIdentifier(name)
}

/** A name made of parts, no longer than PostgreSQL keeps one. */
export function madeName(...parts: readonly string[]): string {
  return parts.join('_').slice(0, longestName)
}

/** The name of what is made anew for a column beside what there was for another one. */
export function nameFor(name: string, column: string, successor: string): string {
  return name.includes(column)
    ? name.replace(column, successor).slice(0, longestName)
    : madeName(name.slice(0, longestName - successor.length - 1), successor)
}

/** SQL that PostgreSQL wrote, in lower case but for what is quoted. */
export function lowered(sql: string): string {
  return sql.replaceAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"|[^'"]+/g, (part) =>
    /^['"]/.test(part) ? part : part.toLowerCase(),
  )
}

/** Words that cannot name a column without quotes: PostgreSQL's reserved ones. */
const reserved = new Set(
  `all analyse analyze and any array as asc asymmetric both case cast check collate column constraint create
   current_catalog current_date current_role current_time current_timestamp current_user default deferrable desc distinct do
   else end except false fetch for foreign from grant group having in initially intersect into lateral leading limit
   localtime localtimestamp not null offset on only or order placing primary references returning select session_user some
   symmetric system_user table then to trailing true union unique user using variadic when where window with authorization
   binary collation concurrently cross current_schema freeze full ilike inner is isnull join left like natural notnull outer
   overlaps right similar tablesample verbose`.split(/\s+/),
)
