import { createHash } from 'node:crypto'
import { isUtf8 } from 'node:buffer'
import { readFile, readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { FreeholdError } from '@freehold/manifest/errors'
import { displayPath } from './display-path.js'
import { indexOfCharacter } from './location.js'

/** A migration as it lies in its folder. */
export interface MigrationFile {
  readonly number: number
  /** Without number and ending: `create_notes`. */
  readonly name: string
  /** With both: `0001_create_notes.sql`. */
  readonly fileName: string
  readonly path: string
  /** Its text with line endings as \n and without a byte order mark: what is hashed and what is run. */
  readonly sql: string
  /** SHA-256 of that text, in hexadecimal. */
  readonly checksum: string
}

/** What a migration's name may be made of. */
export const migrationName = /^[a-z0-9]+(?:_[a-z0-9]+)*$/
const fileNamePattern = /^(\d{4})_([a-z0-9]+(?:_[a-z0-9]+)*)\.sql$/

/** `0001_create_notes.sql`. */
export function fileNameOf(number: number, name: string): string {
  return `${String(number).padStart(4, '0')}_${name}.sql`
}

/**
 * Reads the migrations of a folder, in their order. Files that do not end in .sql are not looked at.
 *
 * @throws FreeholdError `FREEHOLD_MIGRATION_DIRECTORY`, `FREEHOLD_MIGRATION_NUMBERING` or
 *   `FREEHOLD_MIGRATION_UNREADABLE`, naming the file.
 */
export async function readMigrations(directory: string): Promise<MigrationFile[]> {
  const names = await readdir(directory).catch((cause: unknown) => {
    throw new FreeholdError('FREEHOLD_MIGRATION_DIRECTORY', {
      message: `The folder of migrations ${displayPath(directory)} cannot be read.`,
      details: { directory },
      cause,
    })
  })
  const files = names.filter((name) => name.endsWith('.sql')).toSorted()
  const migrations = await Promise.all(files.map((fileName) => readMigration(directory, fileName)))
  return inOrder(migrations)
}

/**
 * Reads a file once more, before it is run: an editor or a checkout may have changed it since it was parsed.
 *
 * @throws FreeholdError `FREEHOLD_MIGRATION_CHANGED`, and what {@link readMigrations} throws.
 */
export async function requireUnchanged(migration: MigrationFile): Promise<void> {
  const { checksum } = await readMigration(dirname(migration.path), migration.fileName)
  if (checksum === migration.checksum) return
  throw new FreeholdError('FREEHOLD_MIGRATION_CHANGED', {
    message: `${displayPath(migration.path)} was changed while the run was under way. Nothing of it was run.`,
    details: { file: migration.path },
  })
}

async function readMigration(directory: string, fileName: string): Promise<MigrationFile> {
  const path = join(directory, fileName)
  const [, number, name] = fileNamePattern.exec(fileName) ?? []
  if (number === undefined || name === undefined) {
    throw new FreeholdError('FREEHOLD_MIGRATION_NUMBERING', {
      message: `${displayPath(path)} is not named like a migration.`,
      details: { file: path },
    })
  }
  const sql = decode(path, await readFile(path).catch((cause: unknown) => unreadable(path, cause)))
  const checksum = createHash('sha256').update(sql).digest('hex')
  return { number: Number(number), name, fileName, path, sql, checksum }
}

function unreadable(path: string, cause: unknown): never {
  throw new FreeholdError('FREEHOLD_MIGRATION_DIRECTORY', {
    message: `${displayPath(path)} cannot be read.`,
    details: { file: path },
    cause,
  })
}

/** Line endings are made equal because a checkout may have changed them; nothing else is. */
function decode(path: string, bytes: Buffer): string {
  const text = bytes.toString('utf8')
  const isText = isUtf8(bytes)
  const wrong = text.indexOf(isText ? '\0' : '\uFFFD')
  if (!isText || wrong >= 0) {
    const line = text.slice(0, indexOfCharacter(text, wrong)).split('\n').length
    const [what, fix] = isWide(bytes)
      ? ['is UTF-16, and not UTF-8', 'Save the file as UTF-8.']
      : isText
        ? ['has a NUL character, which no text of PostgreSQL may have', 'Take the character out.']
        : ['is not UTF-8 text', 'Save the file as UTF-8.']
    throw new FreeholdError('FREEHOLD_MIGRATION_UNREADABLE', {
      message: `${displayPath(path)}:${line} ${what}.`,
      fix,
      details: { file: path, line },
    })
  }
  return text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n')
}

/** By its mark, or by what SQL is mostly made of: letters whose other byte is zero. */
function isWide(bytes: Buffer): boolean {
  const isMarked = ['fffe', 'feff'].includes(bytes.toString('hex', 0, 2))
  return isMarked || bytes.filter((byte) => byte === 0).length > bytes.length / 4
}

function inOrder(migrations: readonly MigrationFile[]): MigrationFile[] {
  const sorted = migrations.toSorted((a, b) => a.number - b.number)
  for (const [index, migration] of sorted.entries()) {
    const expected = index + 1
    if (migration.number === expected) continue
    const previous = sorted[index - 1]
    if (previous?.number === migration.number) throw sameNumber(previous, migration, sorted)
    throw new FreeholdError('FREEHOLD_MIGRATION_NUMBERING', {
      message: `${displayPath(migration.path)} comes where ${String(expected).padStart(4, '0')} is expected.`,
      details: { file: migration.path, number: migration.number, expected },
    })
  }
  return sorted
}

/** Two branches each wrote the next migration. */
function sameNumber(
  first: MigrationFile,
  second: MigrationFile,
  all: readonly MigrationFile[],
): FreeholdError {
  const next = (all.at(-1)?.number ?? 0) + 1
  return new FreeholdError('FREEHOLD_MIGRATION_NUMBERING', {
    message: `${displayPath(first.path)} and ${second.fileName} have the same number.`,
    fix: `Rename the one that no database has yet: ${second.fileName} to ${fileNameOf(next, second.name)}, or ${first.fileName} to ${fileNameOf(next, first.name)}.`,
    details: { file: second.path, other: first.path, number: second.number, next },
  })
}
