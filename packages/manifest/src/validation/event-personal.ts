import type { EventContract } from '../events/event-contract.js'
import { saysText } from './data-schema.js'
import type { ManifestProblem } from './problem.js'
import { isRecord } from './values.js'

/** Members that nobody can be forgotten by, that are not there, or that have to stay readable. */
export function eventPersonalProblems(contract: EventContract, path: string): ManifestProblem[] {
  const { personal, data } = contract
  if (personal === undefined) return []
  const { properties, required } = data
  const members = isRecord(properties) ? properties : {}
  const always = Array.isArray(required) ? (required as unknown[]) : []
  const problems: ManifestProblem[] = []
  const { subject, fields } = personal
  if (!Object.hasOwn(members, subject) || !saysText(members[subject]) || !always.includes(subject)) {
    const texts = Object.keys(members).filter((name) => always.includes(name) && saysText(members[name]))
    const fix = `Name the member that holds the id of the person; the required strings are: ${texts.join(', ')}.`
    problems.push({
      path: `${path}.subject`,
      message: `"${subject}" is not a required string of the data`,
      fix,
    })
  }
  for (const field of fields) {
    const problem = fieldProblem(contract, field, members)
    if (problem) problems.push({ path: `${path}.fields.${field}`, ...problem })
  }
  return problems
}

function fieldProblem(
  { key, personal }: EventContract,
  field: string,
  members: Record<string, unknown>,
): Omit<ManifestProblem, 'path'> | undefined {
  const readable = 'Give it an id instead, which says nothing of the person once the rest is forgotten.'
  if (field === key) return { message: 'is the key of the event, which everybody reads', fix: readable }
  if (field === personal?.subject)
    return { message: 'is the subject, by which its key is found', fix: readable }
  if (Object.hasOwn(members, field)) return undefined
  return {
    message: 'is not a member of the data',
    fix: `Remove it, or use some of: ${Object.keys(members).join(', ')}.`,
  }
}
