import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { PostgresBinaries } from './binaries.js'

/**
 * The binaries of a PostgreSQL that the operating system installed: Debian's and Ubuntu's, those of
 * PostgreSQL's own packages for Red Hat, and Homebrew's.
 *
 * @param major - The major version, such as 15.
 * @returns Nothing when that version is not installed.
 */
export function systemBinaries(major: number): PostgresBinaries | undefined {
  const folders = [
    `/usr/lib/postgresql/${major}/bin`,
    `/usr/pgsql-${major}/bin`,
    `/opt/homebrew/opt/postgresql@${major}/bin`,
    `/usr/local/opt/postgresql@${major}/bin`,
  ]
  const directory = folders.find(
    (folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres')),
  )
  if (!directory) return undefined
  return { tree: dirname(directory), directory, major, build: `system-${major}`, relocatable: false }
}
