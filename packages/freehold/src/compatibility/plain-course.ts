import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { asAdministrator } from '../provisioning/administrator.js'
import { withDatabase } from '../provisioning/servers.js'
import { splitSql } from '../sql-syntax/split-sql.js'
import type { State, Step } from './course.js'

/** A file of SQL. */
export interface SqlText {
  readonly file: string
  readonly sql: string
}

/** A schema and its migrations, as plain SQL that belongs to no system of Freehold. */
export interface PlainCourse {
  /** What makes the old schema, and rows if one likes. */
  readonly before: readonly SqlText[]
  readonly migrations: readonly SqlText[]
  /** The role that the statements are sent as; it is given all rights on all tables where the SQL names it nowhere. */
  readonly role: string
  /** `public` when absent. */
  readonly searchPath?: readonly string[]
}

/**
 * Makes a database at the old schema, on a server that is there for trying.
 *
 * @throws pg.DatabaseError when the SQL that makes the old schema fails.
 */
export async function openPlainCourse(serverUrl: string, course: PlainCourse): Promise<State> {
  const database = nameOf()
  const { role, searchPath = ['public'], before } = course
  await asAdministrator(serverUrl, undefined, async (client) => {
    const { rowCount } = await client.query('select from pg_roles where rolname = $1', [role])
    if (rowCount === 0) await client.query(`create role ${pg.escapeIdentifier(role)}`)
    await client.query(`create database ${database}`)
  })
  await inDatabase(serverUrl, database, searchPath, async (client) => {
    const schemas = searchPath.map((schema) => pg.escapeIdentifier(schema))
    for (const schema of schemas) await client.query(`create schema if not exists ${schema}`)
    const isNamed = new RegExp(`\\b${role}\\b`).test(before.map(({ sql }) => sql).join('\n'))
    if (!isNamed) await client.query(defaultGrants(pg.escapeIdentifier(role), schemas))
    for (const { sql } of before) await client.query(sql)
  })
  return stateIn(serverUrl, database, course)
}

function stateIn(serverUrl: string, database: string, course: PlainCourse): State {
  const { role, searchPath = ['public'], migrations } = course
  return {
    side: { url: withDatabase(serverUrl, database), role, searchPath },
    async copy() {
      const copy = nameOf()
      await asAdministrator(serverUrl, undefined, (client) =>
        client.query(`create database ${copy} template ${database}`),
      )
      return stateIn(serverUrl, copy, course)
    },
    goOn: () =>
      inDatabase(serverUrl, database, searchPath, async (client) => {
        for (const { sql } of migrations)
          for (const { text } of await statementsOf(sql)) await client.query(text)
      }),
    goOnStepwise: () => stepwise(serverUrl, database, searchPath, migrations),
    drop: () =>
      asAdministrator(serverUrl, undefined, async (client) => {
        await client.query(`drop database if exists ${database} with (force)`)
      }),
  }
}

async function* stepwise(
  serverUrl: string,
  database: string,
  searchPath: readonly string[],
  migrations: readonly SqlText[],
): AsyncGenerator<Step> {
  for (const { file, sql } of migrations) {
    for (const { text, line } of await statementsOf(sql)) {
      await inDatabase(serverUrl, database, searchPath, (client) =>
        // What needs a statement that failed before fails as well; the rest is still worth looking at.
        client.query(text).catch(() => undefined),
      )
      yield { file, line }
    }
  }
}

async function statementsOf(sql: string): Promise<{ text: string; line: number }[]> {
  const parser = await import('libpg-query')
  const bytes = Buffer.from(sql)
  return splitSql(sql, await parser.parse(sql)).map(({ text, start }) => {
    const leading = text.length - text.replace(/^(\s|--.*\n)*/, '').length
    return { text, line: `${bytes.toString('utf8', 0, start)}${text.slice(0, leading)}`.split('\n').length }
  })
}

async function inDatabase(
  serverUrl: string,
  database: string,
  searchPath: readonly string[],
  work: (client: pg.Client) => Promise<unknown>,
): Promise<void> {
  await asAdministrator(serverUrl, database, async (client) => {
    await client.query(`set search_path to ${searchPath.map((name) => pg.escapeIdentifier(name)).join(', ')}`)
    await work(client)
  })
}

function defaultGrants(role: string, schemas: readonly string[]): string {
  return [
    ...schemas.map((schema) => `grant usage on schema ${schema} to ${role}`),
    `alter default privileges grant select, insert, update, delete on tables to ${role}`,
    `alter default privileges grant usage, select, update on sequences to ${role}`,
    `alter default privileges grant usage on schemas to ${role}`,
  ].join('; ')
}

function nameOf(): string {
  return `freehold_course_${randomBytes(5).toString('hex')}`
}
