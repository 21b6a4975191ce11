import { readdirSync, readFileSync } from 'node:fs'

const root = new URL('../../sql/', import.meta.url)

/** The text of a file below `sql/`. */
export function sqlFile(path: string): string {
  return readFileSync(new URL(path, root), 'utf8')
}

/** The texts of all files below `sql/`: what Freehold installs, and how it looks at what is there. */
export function allSqlFiles(): string[] {
  const paths = readdirSync(root, { recursive: true, encoding: 'utf8' })
  return paths
    .filter((path) => path.endsWith('.sql'))
    .toSorted()
    .map(sqlFile)
}
