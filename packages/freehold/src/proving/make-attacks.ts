import type pg from 'pg'
import type { Assault, Attack, Attacker } from './attack.js'
import type { Finding } from './finding.js'
import { isHindered, judge } from './judge.js'
import { attempt, noError, outcomeOf, unprepared, type Outcome } from './session.js'

/** The sessions of one attacker: its own, and the administrator's in the same database. */
export interface Sessions {
  readonly own: pg.Client
  readonly administrator: pg.Client
  /** The server's address, for messages. */
  readonly url: string
}

/** Ends each statement of ours, so that it is not taken for one that a service sent. */
export const mark = '/* freehold prove */'

const tries = 3

/** Makes the attacks of an assault one after the other. Each is taken back before the next. */
export async function makeAttacks(
  { own, administrator, url }: Sessions,
  { chapter, attacker, attacks }: Assault,
): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const attack of attacks) {
    let finding: Finding | undefined
    for (let attemptNumber = 1; finding === undefined; attemptNumber += 1) {
      const made = await makeAttack({ own, administrator, url }, attacker, attack)
      if (!isHindered(made.outcome) || attemptNumber === tries)
        finding = judge(chapter, attacker, attack, made.outcome, made.didNothing)
    }
    findings.push(finding)
  }
  await own.query('rollback')
  return findings
}

interface Made {
  readonly outcome: Outcome
  readonly didNothing: boolean
}

async function makeAttack(sessions: Sessions, attacker: Attacker, attack: Attack): Promise<Made> {
  if (attack.undo !== undefined) return alone(sessions, attacker, attack, attack.undo)
  if (attack.bait !== undefined || attacker.kind === 'superuser')
    return asAttacker(sessions, attacker, attack)
  const { own, url } = sessions
  // One round trip: the transaction of the attack before is taken back first.
  const outcome = await attempt(own, `rollback; begin; ${roleIn(attacker)}${attack.sql} ${mark}`, url)
  return { outcome, didNothing: await didNothing(own, attack, outcome) }
}

/** The migrator acts as the owner from its login on, unless it takes that off. */
function roleIn({ kind }: Attacker): string {
  return kind === 'migrator' ? 'set local role none; ' : ''
}

async function alone(
  { own, administrator, url }: Sessions,
  { kind }: Attacker,
  attack: Attack,
  undo: string,
): Promise<Made> {
  await own.query('rollback')
  if (kind === 'migrator') await own.query('set role none')
  const outcome = await attempt(own, attack.sql, url)
  if (kind === 'migrator') await own.query('reset role')
  if (outcome.code === noError) await administrator.query(undo)
  return { outcome, didNothing: false }
}

/** With something to steal or to change, which only the administrator can put there without anybody seeing it. */
async function asAttacker(
  { administrator, url }: Sessions,
  attacker: Attacker,
  attack: Attack,
): Promise<Made> {
  await administrator.query('begin')
  try {
    await administrator.query(attack.bait ?? '')
    const outcome = await attempt(administrator, `${becoming(attacker)}${attack.sql} ${mark}`, url)
    if (outcome.code === noError) await administrator.query('reset role; reset session authorization')
    return { outcome, didNothing: await didNothing(administrator, attack, outcome) }
  } catch (error) {
    const { code, message } = outcomeOf(error, url)
    return {
      outcome: { code: unprepared, message: `it could not be prepared: ${code}: ${message}` },
      didNothing: false,
    }
  } finally {
    await administrator.query('rollback')
  }
}

function becoming({ kind, role, login }: Attacker): string {
  if (kind === 'superuser') return ''
  return `set local session authorization ${login}; ${kind === 'owner' ? `set local role ${role}; ` : ''}`
}

async function didNothing(client: pg.Client, attack: Attack, { code }: Outcome): Promise<boolean> {
  if (code !== noError || attack.didNothing === undefined) return false
  const { rows } = await client.query<{ held: boolean }>(`select (${attack.didNothing}) as held`)
  return rows[0]?.held === true
}
