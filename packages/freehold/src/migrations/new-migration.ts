import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { FreeholdError } from '@freehold/manifest/errors'
import type { Service } from '@freehold/manifest'
import { displayPath } from './display-path.js'
import { fileNameOf, migrationName, readMigrations } from './migration-file.js'

const longestName = 100
const lastNumber = 9999

/** What the file is for. */
export interface NewMigrationOptions {
  readonly service: Pick<Service, 'name'>
  /** The folder of the service's migrations; made when it is not there. */
  readonly directory: string
  /** Such as `add_tags_to_notes`. */
  readonly name: string
  /** What is in it; a template to fill in when absent. */
  readonly text?: string
  /** A number that is free; the next one when absent. */
  readonly number?: number | undefined
}

/**
 * Writes the file of a new migration, with the next number and a template to fill in.
 *
 * @returns Its path.
 * @throws FreeholdError `FREEHOLD_MIGRATION_NAME` for a name that cannot be, `FREEHOLD_MIGRATION_DIRECTORY`
 *   when the file cannot be written, and what {@link readMigrations} throws.
 */
export async function newMigration({
  service,
  directory,
  name,
  text = template(service, name),
  number: given,
}: NewMigrationOptions): Promise<string> {
  requireMigrationName(name)
  await mkdir(directory, { recursive: true }).catch((cause: unknown) => cannotWrite(directory, cause))
  const number = given ?? (await readMigrations(directory)).length + 1
  if (number > lastNumber) {
    throw new FreeholdError('FREEHOLD_MIGRATION_NUMBERING', {
      message: `${displayPath(directory)} has ${lastNumber} migrations, and a number has four digits.`,
    })
  }
  const path = join(directory, fileNameOf(number, name))
  await writeFile(path, text, { flag: 'wx' }).catch((cause: unknown) => cannotWrite(path, cause))
  return path
}

/**
 * Refuses what cannot be the name of a migration.
 *
 * @throws FreeholdError `FREEHOLD_MIGRATION_NAME`.
 */
export function requireMigrationName(name: string): void {
  if (migrationName.test(name) && name.length <= longestName) return
  throw new FreeholdError('FREEHOLD_MIGRATION_NAME', {
    message: `"${name}" cannot be the name of a migration.`,
    details: { name, longest: longestName },
  })
}

function template(service: Pick<Service, 'name'>, name: string): string {
  return `-- ${name.replaceAll('_', ' ')}
--
-- Runs as ${service.name}_owner in one transaction; names need no schema. Do not write begin or commit.
-- create index concurrently works: such a file runs statement by statement instead.
-- Once applied, this file never changes again: what comes after goes into the next one.
-- A new table is declared in ownership.ts too. Mutable tables need
--   version integer not null default 1,
--   created_at timestamptz not null default now(),
--   updated_at timestamptz not null default now()
-- and logs begin with
--   seq bigint generated always as identity primary key,
--   xid xid8 not null default pg_current_xact_id(),
--   at timestamptz not null default clock_timestamp()

`
}

function cannotWrite(path: string, cause: unknown): never {
  throw new FreeholdError('FREEHOLD_MIGRATION_DIRECTORY', {
    message: `${displayPath(path)} cannot be written.`,
    details: { path },
    cause,
  })
}
