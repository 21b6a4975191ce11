import type { Attack, Attacker } from './attack.js'
import type { Chapter, Finding, Verdict } from './finding.js'
import { noError, unprepared, type Outcome } from './session.js'

/** What mends most of what an attack can find. */
export const planRepair = 'See `freehold plan`; `freehold apply` mends what it names.'

/** Not enough time, locks or connections: it says nothing about what would have happened. */
const hindrances = ['55P03', '57014', '53300', '53200', '40P01']

/** The statement made no sense here, or could not be prepared: nothing was attempted. */
const isMiss = (code: string): boolean =>
  (code.startsWith('42') && code !== '42501') || code === '3F000' || code === unprepared

/**
 * What an outcome says.
 *
 * @param didNothing - Of an attack that ended without an error: whether nothing came of it.
 */
export function judge(
  chapter: Chapter,
  attacker: Attacker,
  attack: Attack,
  { code, message }: Outcome,
  didNothing = false,
): Finding {
  const refusals = attack.refusals ?? ['42501']
  const verdict = ((): Verdict => {
    if (refusals.includes(code)) return 'held'
    if (code === noError) {
      if (didNothing) return 'held'
      return attack.residual === undefined ? 'failed' : 'residual'
    }
    if (hindrances.includes(code) || isMiss(code)) return 'not looked at'
    return 'failed'
  })()
  const expected = refusals.length === 0 ? 'nothing to come of it' : refusals.join(' or ')
  const says = code === noError || code === unprepared ? message : `${code}: ${message}`
  return {
    chapter,
    id: attack.id,
    what: attack.attempts,
    service: attacker.service,
    as: attacker.role,
    against: attack.against,
    verdict,
    says:
      verdict === 'failed'
        ? `${says}; expected ${expected}`
        : (verdict === 'residual' && attack.residual) || says,
    ...(verdict === 'failed' ? { repair: attack.repair ?? planRepair } : {}),
    ...(attack.optional ? { optional: true } : {}),
  }
}

/** Whether another try may find less in the way. */
export function isHindered({ code }: Outcome): boolean {
  return hindrances.includes(code)
}
