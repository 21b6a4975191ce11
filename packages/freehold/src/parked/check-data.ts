import type { System } from '@freehold/manifest'
import { FreeholdError } from '@freehold/manifest/errors'
import { Compile } from 'typebox/compile'

/** An error names this many problems of the data. */
const mostSaid = 5

/**
 * Sees that new data of a parked event fits the contract of its type, as it was seen to when it was appended. A type that
 * the manifest no longer names is let through.
 *
 * @throws FreeholdError `FREEHOLD_EVENT_INVALID`, with what is wrong in its details.
 */
export function requireFitting(system: System, source: string, type: string, data: unknown): void {
  const publisher = system.services.find(({ name }) => name === source)
  const contract = publisher?.publishes.find((published) => published.type === type)
  if (contract === undefined) return
  const compiled = Compile(contract.data)
  if (compiled.Check(data)) return
  const problems = compiled
    .Errors(data)
    .slice(0, mostSaid)
    .map(({ instancePath, message }) => ({ pointer: `/data${instancePath}`, message }))
  const said = problems.map(({ pointer, message }) => `${pointer} ${message}`).join('; ')
  throw new FreeholdError('FREEHOLD_EVENT_INVALID', {
    message: `The data does not fit the contract ${type}: ${said}.`,
    fix: `Give data that fits it: freehold asyncapi --service ${source} has its schema. Or discard the event.`,
    details: { type, problems },
  })
}
