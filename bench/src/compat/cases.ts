import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { parse } from 'libpg-query'
import type { RecordedStatement } from 'freehold'

/** A statement of a service, with the values that it is really sent with. */
export interface SentStatement {
  readonly text: string
  readonly values: readonly unknown[]
  readonly isNamed: boolean
}

/** A change of a schema, and everything that is sent by the service that runs on it. */
export interface Case {
  /** `shop/drop_column`. */
  readonly name: string
  readonly schema: string
  /** Where the migration lies, for programs that read files. */
  readonly file: string
  readonly migration: string
  readonly statements: readonly SentStatement[]
}

/** The role that the services of the cases run as. Cases call it `app`. */
export const role = 'compat_app'

const casesFolder = join(import.meta.dirname, '../../src/compat/cases')

/** Reads all cases, in the order of their names. */
export async function readCases(): Promise<Case[]> {
  const domains = (await readdir(casesFolder)).toSorted()
  const cases = await Promise.all(domains.map(casesOf))
  return cases.flat()
}

async function casesOf(domain: string): Promise<Case[]> {
  const folder = join(casesFolder, domain)
  const schema = named(await readFile(join(folder, 'schema.sql'), 'utf8'))
  const statements = await sentIn(await readFile(join(folder, 'statements.sql'), 'utf8'))
  const files = (await readdir(join(folder, 'migrations'))).toSorted()
  return Promise.all(
    files.map(async (file) => ({
      name: `${domain}/${basename(file, '.sql')}`,
      schema,
      file: join(folder, 'migrations', file),
      migration: named(await readFile(join(folder, 'migrations', file), 'utf8')),
      statements,
    })),
  )
}

/** What a recorder would keep of it: no values, only of what kind they were. */
export function recorded({ text, values, isNamed }: SentStatement): RecordedStatement {
  return { text, parameters: values.map(kindOf), ...(isNamed && { isNamed }) }
}

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  return typeof value === 'object' ? 'json' : typeof value
}

// The role belongs to the whole server, where its plain name may be somebody's.
function named(sql: string): string {
  return sql.replaceAll(/\b(from|to) app\b/g, `$1 ${role}`)
}

async function sentIn(sql: string): Promise<SentStatement[]> {
  const bytes = Buffer.from(sql)
  const { stmts = [] } = await parse(sql)
  let end = 0
  return stmts.map(({ stmt_location: start = 0, stmt_len: length = 0 }) => {
    const next = length === 0 ? bytes.length : start + length
    // The parser leaves comments out of a statement; these stand before it.
    const whole = bytes.toString('utf8', end, next)
    end = next + 1
    const [, values = '[]'] = /^-- values (.*)$/m.exec(whole) ?? []
    return {
      text: whole.replaceAll(/^--.*\n/gm, '').trim(),
      values: JSON.parse(values) as unknown[],
      isNamed: /^-- named$/m.test(whole),
    }
  })
}
