import type { Strategy } from '@freehold/manifest'
import type { Residual } from './residual.js'

type Listed = Pick<Residual, 'id' | 'what' | 'verdict'>

const own = 'needs a server of its own'

const always: readonly Listed[] = [
  { id: 'lock-table', what: 'one service fills the lock table of all (others get 53200)', verdict: own },
  { id: 'notify', what: 'one service holds the lock that every NOTIFY takes at commit', verdict: own },
  { id: 'open-transaction', what: 'one open transaction holds back what all others wait for', verdict: own },
  { id: 'old-snapshot', what: 'one old snapshot holds back vacuum for all', verdict: own },
  { id: 'resources', what: 'one service uses up CPU, memory, disk or WAL', verdict: own },
  {
    id: 'prepared',
    what: 'a prepared transaction is left behind, which nothing times out',
    verdict: 'prevented while max_prepared_transactions is 0',
  },
  {
    id: 'connections',
    what: 'one service uses up all connections',
    verdict: "prevented while the limits of the roles together stay below the server's",
  },
  {
    id: 'slots',
    what: 'a replication slot without a reader keeps WAL for ever',
    verdict: 'no service can make one; look after yours',
  },
  {
    id: 'names',
    what: 'whoever is connected lists the names of roles and databases',
    verdict: 'accepted: names are no secrets',
  },
  {
    id: 'open-databases',
    what: "a service enters a database of somebody else's that lets PUBLIC connect",
    verdict: 'yours to close: revoke CONNECT from PUBLIC, or use the lines of `freehold hba`',
  },
  {
    id: 'superuser',
    what: 'a superuser reads, changes and forges anything, on any server',
    verdict: 'evidence must leave the server; and nobody but the administrator should be one',
  },
]

const alone: readonly Listed[] = [
  {
    id: 'listen',
    what: 'a service hears every NOTIFY of its own database',
    verdict: 'accepted: the database is its own',
  },
]

const apart = 'needs a database of its own'

const shared: readonly Listed[] = [
  { id: 'listen', what: 'a service hears, and sends, any NOTIFY of the database', verdict: apart },
  { id: 'catalogs', what: 'a service reads names, function texts and comments of all', verdict: apart },
  { id: 'sizes', what: 'a service learns sizes and row counts of the tables of all', verdict: apart },
  { id: 'advisory', what: 'advisory locks of two services collide, or are held on purpose', verdict: apart },
  {
    id: 'records',
    what: "a service locks the table of Freehold's in which the consumers of all say that they are alive",
    verdict: apart,
  },
  { id: 'restore', what: 'one service is restored to an earlier time with all others', verdict: apart },
]

/** What SQL cannot prevent under a strategy. Tried on PostgreSQL; nothing of it is passed over. */
export function residualsOf(strategy: Strategy['kind']): readonly Listed[] {
  return [...always, ...(strategy === 'shared-database' ? shared : alone)]
}
