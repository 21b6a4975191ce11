import {
  databaseOf,
  mergedStatements,
  type RecordedStatement,
  type Service,
  type System,
} from '@freehold/manifest'
import { FreeholdError } from '@freehold/manifest/errors'
import { mark } from '../proving/make-attacks.js'
import { asAdministrator } from '../provisioning/administrator.js'
import { serverName } from '../provisioning/servers.js'
import { sentStatements } from '../statistics/sent-statements.js'
import { notedStatements } from './noted-statements.js'

/** Which servers that run are asked what is sent to them, and for what. */
export interface LiveSources {
  /** The administrator's URL of the server of a service. */
  readonly urlFor: (service: string) => string
  /** What processes noted in the database of their service, by version. */
  readonly noted: boolean
  /** What `pg_stat_statements` has of the role of the app since it was reset, of whatever version. */
  readonly statistics: boolean
}

/** What live servers know. */
export interface LiveStatements {
  readonly statements: readonly RecordedStatement[]
  /** How many statements the database knows of, and cannot tell whole. */
  readonly lost: number
}

/**
 * Asks the server of a service what is sent to it.
 *
 * @throws FreeholdError `FREEHOLD_STATISTICS_MISSING` where statistics are asked for and are not there;
 *   `FREEHOLD_SERVER_UNREACHABLE`, `FREEHOLD_ADMINISTRATOR_TOO_WEAK`.
 */
export async function liveStatements(
  system: System,
  service: Service,
  version: string,
  live: LiveSources,
): Promise<LiveStatements> {
  const url = live.urlFor(service.name)
  const noted = live.noted
    ? await asAdministrator(url, databaseOf(system, service), (client) =>
        notedStatements(client, { service: service.name, version }),
      )
    : undefined
  const remembered = live.statistics ? await fromStatistics(url, system, service) : []
  return {
    statements: mergedStatements([noted?.statements ?? [], remembered]),
    lost: (noted?.cut ?? 0) + (noted?.unrecorded ?? 0),
  }
}

async function fromStatistics(url: string, system: System, service: Service): Promise<RecordedStatement[]> {
  const texts = await asAdministrator(url, undefined, (client) => sentStatements(client, system, service))
  if (texts === undefined) {
    throw new FreeholdError('FREEHOLD_STATISTICS_MISSING', {
      message: `The server ${serverName(url)} has no pg_stat_statements in the administrator's database.`,
      details: { server: serverName(url) },
    })
  }
  return texts.filter((text) => !text.includes(mark)).map((text) => ({ text, parameters: [] }))
}
