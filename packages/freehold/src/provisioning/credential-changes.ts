import type { Service } from '@freehold/manifest'
import { databaseOf, rolesOf } from '@freehold/manifest'
import type pg from 'pg'
import { matchesScram } from '../credentials/scram.js'
import type { CredentialKind } from '../credentials/store.js'
import type { Change, ProvisioningContext } from './plan.js'

/** The roles that log in, of each service. */
export const credentialKinds = ['app', 'migrator'] as const satisfies readonly CredentialKind[]

/** Passwords that are missing, or that the server and the file do not agree on. */
export async function credentialChanges(
  { system, servers, credentials }: ProvisioningContext,
  client: pg.Client,
  server: string,
  services: readonly Service[],
): Promise<Change[]> {
  const names = services.flatMap((service) => credentialKinds.map((kind) => rolesOf(service)[kind]))
  const { rows } = await client.query<{ name: string; password: string | null }>(
    'select rolname::text as name, rolpassword as password from pg_authid where rolname = any ($1::text[])',
    [names],
  )
  const stored = new Map(rows.map(({ name, password }) => [name, password]))
  const changes: Change[] = []
  for (const service of services) {
    for (const kind of credentialKinds) {
      const role = rolesOf(service)[kind]
      const found = await credentials.read(service.name, kind)
      const known = found === undefined ? undefined : passwordOf(found)
      const password =
        known === undefined ? 'new' : matchesScram(known, stored.get(role) ?? null) ? 'kept' : 'file'
      if (
        password === 'kept' &&
        found === urlOf(servers.urlFor(service.name), role, known ?? '', databaseOf(system, service))
      )
        continue
      changes.push({
        action: found === undefined ? 'create' : 'alter',
        server,
        object: `credentials of ${role}`,
        summary: reasons[password],
        sql: '',
        credential: { service: service.name, kind, password },
      })
    }
  }
  return changes
}

const reasons = {
  new: 'a new password, in a file of its own',
  file: 'the server has another password than the file',
  kept: 'the file names another server or database',
} as const

// What says how to reach the server. The rest may be about the administrator, whose name and password can stand
// there too and would win over the role's.
const passedOn = [
  'host',
  'port',
  'sslmode',
  'sslrootcert',
  'sslnegotiation',
  'target_session_attrs',
  'connect_timeout',
]

/** A role's URL: where the administrator's leads, as that role, into that database. */
export function urlOf(administrator: string, role: string, password: string, database: string): string {
  const url = new URL(administrator)
  url.username = role
  url.password = password
  url.pathname = `/${database}`
  for (const name of [...url.searchParams.keys()]) if (!passedOn.includes(name)) url.searchParams.delete(name)
  return url.href
}

/** The password in a URL, undefined when there is none or it is no URL. */
export function passwordOf(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined
  const { password } = new URL(url)
  return password === '' ? undefined : decodeURIComponent(password)
}
