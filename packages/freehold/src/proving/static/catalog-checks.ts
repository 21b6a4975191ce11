import { platformRole, rolesOf } from '@freehold/manifest'
import type pg from 'pg'
import { expectedSchemas, type ExpectedDatabase } from '../../provisioning/expected.js'
import { sqlFile } from '../../provisioning/sql-files.js'
import type { Finding } from '../finding.js'

interface Check {
  readonly id: string
  /** What holds when it finds nothing. */
  readonly holds: string
  readonly values: (database: ExpectedDatabase, all: readonly ExpectedDatabase[]) => readonly unknown[]
}

const services = (database: ExpectedDatabase): string => JSON.stringify(expectedSchemas(database.services))

const ofDatabase: readonly Check[] = [
  { id: 'definers', holds: 'no function acts for its owner on names that others decide', values: () => [] },
  {
    id: 'crossings',
    holds: 'nothing hangs on something of another service',
    values: (database) => [services(database)],
  },
  {
    id: 'cascades',
    holds: 'no foreign key takes rows of a log along',
    values: (database) => [services(database), JSON.stringify(logsOf(database))],
  },
  {
    id: 'ownership',
    holds: 'what is in a schema belongs to its service, and nothing of it is elsewhere',
    values: (database) => [services(database)],
  },
  { id: 'outlets', holds: 'nothing leads out of the database', values: (database) => [services(database)] },
  { id: 'policies', holds: "Freehold's own tables show each service its own rows", values: () => [] },
  { id: 'settings', holds: 'no setting switches a guard off', values: () => [] },
]

const ofServer: readonly Check[] = [
  {
    id: 'reach',
    holds: 'no role has anything in a database that is not its own',
    values: (_, all) => [JSON.stringify(reachOf(all))],
  },
  {
    id: 'entrances',
    holds: 'pg_hba.conf lets nobody in without a password',
    values: (_, all) => [rolesIn(all), all.map(({ name }) => name)],
  },
]

/** Looks at the catalogs of one database. */
export async function checkDatabase(client: pg.Client, database: ExpectedDatabase): Promise<Finding[]> {
  return run(client, ofDatabase, database, [database])
}

/** Looks at what belongs to the whole server. */
export async function checkServer(
  client: pg.Client,
  databases: readonly ExpectedDatabase[],
): Promise<Finding[]> {
  const [first] = databases
  return first === undefined ? [] : run(client, ofServer, first, databases)
}

async function run(
  client: pg.Client,
  checks: readonly Check[],
  database: ExpectedDatabase,
  all: readonly ExpectedDatabase[],
): Promise<Finding[]> {
  const service = all.flatMap(({ services: inside }) => inside.map(({ name }) => name)).join(', ')
  const against = checks === ofServer ? 'the server' : database.name
  const findings: Finding[] = []
  for (const { id, holds, values } of checks) {
    const { rows } = await client.query<{ object: string; summary: string; repair: string }>(
      sqlFile(`proving/static/${id}.sql`),
      [...values(database, all)],
    )
    const base = { chapter: 'static', id: `catalog.${id}`, service, against } as const
    if (rows.length === 0) findings.push({ ...base, what: holds, verdict: 'held' })
    for (const { object, summary, repair } of rows)
      findings.push({
        ...base,
        what: `${object} ${summary}`,
        verdict: 'failed',
        says: `expected: ${holds}`,
        repair,
      })
  }
  return findings
}

function logsOf({ services: inside }: ExpectedDatabase): object[] {
  return inside.flatMap(({ name, owns }) =>
    Object.entries(owns)
      .filter(([, { mutability }]) => mutability === 'immutable')
      .map(([log]) => ({ service: name, log })),
  )
}

function rolesIn(all: readonly ExpectedDatabase[]): string[] {
  return [
    platformRole,
    ...all.flatMap(({ services: inside }) =>
      inside.flatMap((service) => Object.values<string>({ ...rolesOf(service) })),
    ),
  ]
}

function reachOf(all: readonly ExpectedDatabase[]): object[] {
  // Another system on the same server has the same platform, as which nobody acts.
  return all.flatMap(({ name, services: inside }) =>
    inside.flatMap((service) =>
      Object.values<string>({ ...rolesOf(service) }).map((role) => ({ role, databases: [name] })),
    ),
  )
}
