import { rolesOf, type Service } from '@freehold/manifest'
import type pg from 'pg'
import { sqlFile } from '../provisioning/sql-files.js'
import type { Finding } from './finding.js'
import { relationOf, type Survey } from './survey.js'

/** What a database was like before the attacks. */
export interface Traces {
  /** Of rights, owners and guards, by their kind. */
  readonly prints: ReadonlyMap<string, string | null>
  /** Of the last rows of each log, which are looked for again. */
  readonly rows: readonly {
    readonly log: string
    readonly first: string
    readonly last: string
    readonly print: string | null
  }[]
}

// Enough to notice an attack without the WHERE that would spare them, and quick in a log of any size.
const lastRows = 1000

/** Remembers rights, owners, guards and the last rows of the logs. */
export async function tracesOf(client: pg.Client, survey: Survey): Promise<Traces> {
  const rows = []
  for (const qualified of logsOf(survey)) {
    const { rows: ends } = await client.query<{ last: string | null }>(
      `select max(seq) as last from ${qualified}`,
    )
    const last = ends[0]?.last ?? '0'
    const first = String(BigInt(last) - BigInt(lastRows))
    rows.push({ log: qualified, first, last, print: await printOf(client, qualified, first, last) })
  }
  return { prints: await printsOf(client, survey), rows }
}

/** Compares what is there after the attacks: nothing of it may have changed. */
export async function compareTraces(client: pg.Client, survey: Survey, before: Traces): Promise<Finding[]> {
  const after = await printsOf(client, survey)
  const changed = [...before.prints]
    .filter(([part, print]) => after.get(part) !== print)
    .map(([part]) => part)
  const service = survey.services.map(({ name }) => name).join(', ')
  const logs: Finding[] = []
  for (const { log, first, last, print } of before.rows) {
    const isSame = (await printOf(client, log, first, last)) === print
    logs.push({
      chapter: 'immutability',
      id: 'after.rows',
      what: 'the last rows are what they were before the attacks',
      service:
        survey.services.find(({ schema }) => log.startsWith(`${schema}.`) || log.startsWith(`"${schema}"`))
          ?.name ?? service,
      against: log.replaceAll('"', ''),
      verdict: isSame ? 'held' : 'failed',
      ...(isSame
        ? {}
        : {
            says: 'they have changed',
            repair: 'Compare the log with a backup, and see who else was connected.',
          }),
    })
  }
  return [
    {
      chapter: 'isolation',
      id: 'after.catalog',
      what: `rights, owners and guards in ${survey.database} are what they were before the attacks`,
      service,
      against: 'the platform',
      verdict: changed.length === 0 ? 'held' : 'failed',
      ...(changed.length === 0
        ? {}
        : {
            says: `changed meanwhile: ${changed.join(', ')}`,
            repair:
              'If nobody migrated or applied a plan meanwhile, an attack got through: see `freehold plan`.',
          }),
    },
    ...logs,
  ]
}

function logsOf(survey: Survey): string[] {
  return survey.services.flatMap(({ owns, schema }) =>
    Object.entries(owns).flatMap(([name, { mutability }]) =>
      mutability === 'immutable' ? (relationOf(survey, schema, name)?.qualified ?? []) : [],
    ),
  )
}

async function printsOf(client: pg.Client, { services }: Survey): Promise<Map<string, string | null>> {
  const { rows } = await client.query<{ part: string; print: string | null }>(
    sqlFile('proving/fingerprint.sql'),
    [rolesOfAll(services)],
  )
  return new Map(rows.map(({ part, print }) => [part, print]))
}

async function printOf(client: pg.Client, log: string, first: string, last: string): Promise<string | null> {
  const { rows } = await client.query<{ print: string | null }>(
    `select md5(string_agg(md5(t::text), '' order by seq)) as print from ${log} t where seq > $1 and seq <= $2`,
    [first, last],
  )
  return rows[0]?.print ?? null
}

/** The names of all roles of services. */
export function rolesOfAll(services: readonly Service[]): string[] {
  return services.flatMap((service) => Object.values<string>({ ...rolesOf(service) }))
}
