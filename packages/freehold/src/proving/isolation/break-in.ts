import type { Attacker } from '../attack.js'
import type { Finding } from '../finding.js'
import { judge } from '../judge.js'
import { enter, noError, type Outcome } from '../session.js'
import type { Break } from './connections.js'
import { changed } from './connections.js'

/** Attempts logins, each with a connection of its own. */
export async function breakIn(attacker: Attacker, breaks: readonly Break[]): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const each of breaks) {
    const outcome = await login(each)
    findings.push(judge('isolation', attacker, { ...each, sql: '' }, outcome))
  }
  return findings
}

/** Whether a role can tell a database that exists from one that does not. */
export async function canTellDatabases(attacker: Attacker, url: string): Promise<Finding> {
  const outcome = await login({ url: changed(url, (to) => (to.pathname = '/freehold_prove_nothing')) })
  return judge(
    'isolation',
    attacker,
    {
      id: 'connect.existence',
      attempts: 'tells whether a database exists',
      against: 'the server',
      refusals: ['28000'],
      sql: '',
      residual:
        'a database that does not exist is refused with 3D000; with the lines of `freehold hba` in pg_hba.conf all are refused alike',
    },
    outcome.code === '3D000' ? { ...outcome, code: noError } : outcome,
  )
}

async function login({ url, options = {} }: Pick<Break, 'url' | 'options'>): Promise<Outcome> {
  const entered = await enter(url, options)
  if ('code' in entered) return entered
  await entered.end()
  return { code: noError, message: 'it was let in' }
}
