import { FreeholdError, isFreeholdError, type System } from '@freehold/manifest'
import { readEnvFile } from '../credentials/env-file.js'
import { join } from 'node:path'

/** Where each service's server is, and how the administrator gets in. */
export interface Servers {
  /** The administrator's URL of the server that holds the service's database. */
  urlFor(service: string): string
}

/** Services of one server. */
export interface ServerGroup {
  /** `host:port`. */
  readonly name: string
  readonly url: string
  readonly services: readonly string[]
}

/**
 * Finds the servers: `FREEHOLD_SERVER_URL_<SERVICE>`, else `FREEHOLD_SERVER_URL`, else the embedded server's
 * administrator in `credentials/admin.env`.
 *
 * @param stateDirectory - The folder `.freehold`.
 * @throws FreeholdError `FREEHOLD_SERVER_UNKNOWN` when a service has no server, or `FREEHOLD_SERVER_URL_INVALID`.
 */
export async function serversFrom(
  system: System,
  env: Readonly<Record<string, string | undefined>>,
  stateDirectory: string,
): Promise<Servers> {
  const embedded = (await readEnvFile(join(stateDirectory, 'credentials', 'admin.env')))?.['DATABASE_URL']
  const urls = new Map<string, string>()
  for (const { name } of system.services) {
    const variable = `FREEHOLD_SERVER_URL_${name.toUpperCase()}`
    const url = env[variable] ?? env['FREEHOLD_SERVER_URL'] ?? embedded
    if (url === undefined || url === '') {
      throw new FreeholdError('FREEHOLD_SERVER_UNKNOWN', {
        message: `The service "${name}" has no server.`,
        fix: `Set FREEHOLD_SERVER_URL (or ${variable}) to an administrator's URL, or run \`npm start\` once for the embedded server.`,
        details: { service: name },
      })
    }
    const source = env[variable] === undefined ? 'FREEHOLD_SERVER_URL' : variable
    urls.set(name, oneWayIn(checkedUrl(url, source), source, urls))
  }
  return serversAt((service) => urls.get(service))
}

/**
 * Servers by a look-up.
 *
 * @throws FreeholdError `FREEHOLD_MANIFEST_UNKNOWN_SERVICE`, from `urlFor`, for a service that has none.
 */
export function serversAt(find: (service: string) => string | undefined): Servers {
  return {
    urlFor(service) {
      const url = find(service)
      if (url !== undefined) return url
      throw new FreeholdError('FREEHOLD_MANIFEST_UNKNOWN_SERVICE', {
        message: `No server is known for the service "${service}".`,
        details: { service },
      })
    },
  }
}

/** The services by the server that they share. */
export function serverGroups(system: System, servers: Servers): ServerGroup[] {
  const groups = new Map<string, { name: string; url: string; services: string[] }>()
  for (const { name } of system.services) {
    const url = servers.urlFor(name)
    const server = serverName(url)
    const group = groups.get(server) ?? { name: server, url, services: [] }
    group.services.push(name)
    groups.set(server, group)
  }
  return [...groups.values()]
}

/** `host:port` of a URL, for people to read: no user, no password. */
export function serverName(url: string): string {
  const { hostname, port, searchParams } = new URL(url)
  return `${searchParams.get('host') ?? hostname}:${port === '' ? '5432' : port}`
}

/** The same server and user, another database. */
export function withDatabase(url: string, database: string): string {
  const changed = new URL(url)
  changed.pathname = `/${encodeURIComponent(database)}`
  return changed.href
}

function checkedUrl(url: string, variable: string): string {
  try {
    const { protocol } = new URL(url)
    if (protocol === 'postgres:' || protocol === 'postgresql:') return url
    throw invalidUrl(variable, `its scheme is "${protocol}"`)
  } catch (error) {
    if (isFreeholdError(error)) throw error
    throw invalidUrl(variable, 'it is no URL')
  }
}

// Services of one server are provisioned over one connection: two ways in would mean that one is never tried.
function oneWayIn(url: string, variable: string, known: ReadonlyMap<string, string>): string {
  const administrator = (text: string): string => {
    const { username, password } = new URL(text)
    return JSON.stringify([username, password])
  }
  const other = [...known.values()].find((earlier) => serverName(earlier) === serverName(url))
  if (other === undefined || administrator(other) === administrator(url)) return url
  throw invalidUrl(
    variable,
    `it leads to ${serverName(url)} as another URL does, with another name or password`,
  )
}

// The URL itself is not repeated: it holds a password.
function invalidUrl(variable: string, why: string): FreeholdError {
  return new FreeholdError('FREEHOLD_SERVER_URL_INVALID', {
    message: `${variable} is not a URL of a PostgreSQL server: ${why}.`,
    details: { variable },
  })
}
