import type { EventContract } from '../events/event-contract.js'
import { saysText, schemaFindings } from './data-schema.js'
import { eventPersonalProblems } from './event-personal.js'
import type { ManifestProblem } from './problem.js'
import { isRecord } from './values.js'

/**
 * What is wrong with a contract by itself: with the schema of its data, its key, or its personal members.
 *
 * @param path - Where the contract is, which the problems are told with.
 */
export function contractProblems(contract: EventContract, path: string): ManifestProblem[] {
  const { key, data } = contract
  const findings = schemaFindings(data).map(({ at, ...finding }) => ({
    path: [path, 'data', at].filter(Boolean).join('.'),
    ...finding,
  }))
  if (findings.length > 0) return findings
  const { type, properties, required } = data
  if (type !== 'object' || !isRecord(properties)) {
    const fix = 'Use Type.Object({ … }): what the data has more, a later version of it can add.'
    return [{ path: `${path}.data`, message: 'is not the schema of an object', fix }]
  }
  return [
    ...keyProblems(key, properties, required, path),
    ...eventPersonalProblems(contract, `${path}.personal`),
  ]
}

function keyProblems(
  key: string,
  properties: Record<string, unknown>,
  required: unknown,
  path: string,
): ManifestProblem[] {
  const demanded = Array.isArray(required) && required.includes(key)
  if (demanded && Object.hasOwn(properties, key) && saysText(properties[key])) return []
  const texts = Object.keys(properties).filter((name) => saysText(properties[name]))
  const fix =
    texts.length > 0
      ? `Name one that is always there; its strings are: ${texts.join(', ')}.`
      : 'Add a string to the data that says what the event is about, such as an id.'
  return [{ path: `${path}.key`, message: `"${key}" is not a required string of the data`, fix }]
}
