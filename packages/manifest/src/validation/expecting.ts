import { isSameContract } from '../events/canonical-contract.js'
import type { EventContract } from '../events/event-contract.js'
import { contractProblems } from './contract.js'
import type { ManifestProblem } from './problem.js'
import type { ReadablePart } from './readable-part.js'

/** Contracts that a service was given for what it consumes, and that nobody can read events by. */
export function expectingProblems({ system }: ReadablePart): ManifestProblem[] {
  return system.services.flatMap((service) =>
    (service.expects ?? []).flatMap((contract) => {
      const from = Object.entries(service.consumes).find(([, types]) => types.includes(contract.type))?.[0]
      if (from === undefined) return []
      const published = system.services
        .find(({ name }) => name === from)
        ?.publishes.find(({ type }) => type === contract.type)
      // What is wrong with the publisher's is told there.
      if (published !== undefined && isSame(published, contract)) return []
      return contractProblems(contract, `services.${service.name}.consumes.${from}.${contract.type}`)
    }),
  )
}

function isSame(one: EventContract, other: EventContract): boolean {
  return one.data === other.data || isSameContract(one, other)
}
