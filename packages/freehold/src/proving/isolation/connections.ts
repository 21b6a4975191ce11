import type { Service } from '@freehold/manifest'
import type { Attack } from '../attack.js'

/** A login that is attempted, and how the server must refuse it. */
export interface Break extends Pick<Attack, 'id' | 'attempts' | 'against' | 'refusals' | 'repair'> {
  readonly url: string
  readonly options?: { readonly options?: string }
}

/** Where a role could try to get in. */
export interface Doors {
  /** Its own URL. */
  readonly url: string
  /** The databases of other services, and where they are. */
  readonly others: readonly { readonly service: Service; readonly url: string; readonly database: string }[]
  /** Roles that nobody logs in as. */
  readonly sleepers: readonly { readonly role: string; readonly of: string }[]
  readonly vault: string
}

const closed = ['42501', '28000']
const shut =
  'Revoke CONNECT from PUBLIC and from this role (`freehold apply` does), and let `freehold hba` say who may come in.'

/** Every login that a role must not get. */
export function breaks({ url, others, sleepers, vault }: Doors): Break[] {
  const wrong = changed(url, (to) => (to.password = 'freehold-prove-guess'))
  return [
    ...others.map(({ service, url: server, database }) => ({
      id: 'connect.service',
      attempts: 'enters its database',
      against: service.name,
      // On another server there is no such role.
      refusals: [...closed, '28P01'],
      url: changed(url, (to) => {
        const there = new URL(server)
        to.host = there.host
        to.pathname = `/${database}`
      }),
      repair: shut,
    })),
    ...['postgres', 'template1', 'template0'].map((database) => ({
      id: `connect.${database}`,
      attempts: `enters the database ${database}`,
      against: 'the server',
      refusals: [...closed, '55000', '3D000'],
      url: changed(url, (to) => (to.pathname = `/${database}`)),
      repair: shut,
    })),
    {
      id: 'connect.guess',
      attempts: 'logs in with a wrong password',
      against: 'the server',
      refusals: ['28P01', '28000'],
      url: wrong,
      repair: 'Let every line of pg_hba.conf ask for a password: scram-sha-256, and never trust.',
    },
    ...sleepers.map(({ role, of }) => ({
      id: 'connect.sleeper',
      attempts: `logs in as ${role}`,
      against: of,
      refusals: ['28P01', '28000'],
      url: changed(wrong, (to) => (to.username = role)),
      repair: `\`freehold apply\` makes it NOLOGIN; and no line of pg_hba.conf may trust it.`,
    })),
    {
      id: 'connect.replication',
      attempts: 'opens a replication connection, which reads everything written',
      against: 'the server',
      refusals: closed,
      url: changed(url, (to) => to.searchParams.set('replication', 'database')),
    },
    {
      id: 'connect.options',
      attempts: 'switches triggers off as it logs in',
      against: 'the platform',
      refusals: closed,
      url,
      options: { options: '-c session_replication_role=replica' },
    },
    {
      id: 'connect.role',
      attempts: 'becomes the vault as it logs in',
      against: 'the platform',
      refusals: closed,
      url,
      options: { options: `-c role=${vault}` },
    },
  ]
}

/** The same URL with something changed. */
export function changed(url: string, change: (url: URL) => void): string {
  const copy = new URL(url)
  change(copy)
  return copy.href
}
