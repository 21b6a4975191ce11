import type { Service } from '@freehold/manifest'
import type { CourseReport, Untried } from '../compatibility/index.js'
import type { CheckFinding, Direction } from './finding.js'
import type { NotLookedAt } from './part.js'

const unknownName = /\((?:42703|42P01|42883|42704|3F000)\)$/
const noRight = /\(42501\)$/

/** What could not be tried, each by itself. What is sent today and names what is not there fails today. */
export function untried(service: Service, { deploy, rollback }: CourseReport): CheckFinding[] {
  const base = (direction: Direction, { statement, sentFrom }: Untried) => ({
    service: service.name,
    direction,
    statement,
    ...(sentFrom !== undefined && { sentFrom }),
  })
  const told = (direction: Direction, each: Untried): CheckFinding => {
    const isInvalid = direction === 'rollback' && (unknownName.test(each.reason) || noRight.test(each.reason))
    return {
      ...base(direction, each),
      rule: isInvalid ? 'statement-invalid' : 'statement-unchecked',
      severity: isInvalid ? 'error' : 'warning',
      message: isInvalid
        ? `The working tree sends it, and it fails on the schema of the working tree: ${each.reason}.`
        : `It could not be tried, not even on the schema that it was sent to: ${each.reason}.`,
      fix: fixFor(isInvalid, each.reason),
    }
  }
  const planned = (direction: Direction, each: Untried): CheckFinding => ({
    ...base(direction, each),
    rule: 'statement-not-executed',
    severity: 'warning',
    message: `It could be planned on both schemas, and executed on neither: ${each.reason}. Something that it uses has changed.`,
    fix: 'Look at it by hand: a trigger, a condition or a function may refuse what it writes.',
  })
  return [
    ...(deploy?.unchecked ?? []).map((each) => told('deploy', each)),
    ...(rollback?.unchecked ?? []).map((each) => told('rollback', each)),
    ...(deploy?.notExecuted ?? []).map((each) => planned('deploy', each)),
    ...(rollback?.notExecuted ?? []).map((each) => planned('rollback', each)),
  ]
}

function fixFor(isInvalid: boolean, reason: string): string {
  if (noRight.test(reason))
    return 'See what the role of the app may do: with tables, as ownership.ts says; with a function, what a migration grants it.'
  if (isInvalid) return 'Mend the statement, or the migration that should bring what it names.'
  return 'Look at it by hand, or record it again.'
}

/** Where not one statement could be tried, nothing was looked at. */
export function ifNothingTried(version: string, { deploy }: CourseReport): NotLookedAt[] {
  if (deploy === undefined || deploy.statements === 0 || deploy.unchecked.length < deploy.statements)
    return []
  return [
    {
      why: `Not one of the statements that ${version} sends could be tried.`,
      fix: 'See why each could not; where the recording is wrong, record again in the next version.',
    },
  ]
}
