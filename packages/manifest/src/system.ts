import { FreeholdError } from './errors/index.js'
import { isSameContract } from './events/canonical-contract.js'
import type { Service } from './service.js'
import type { Strategy } from './strategy.js'
import { describeProblems, validateSystem } from './validation/index.js'

/** A whole system: plain data that every command reads. */
export interface System {
  readonly name: string
  readonly strategy: Strategy
  readonly services: readonly Service[]
}

/** A service as a program or a file may give it: what came later may be missing. */
export type WrittenService = Omit<Service, 'publishes' | 'consumes'> &
  Partial<Pick<Service, 'publishes' | 'consumes'>>

/**
 * Puts the services of a system together and checks the whole.
 *
 * @param system - Its name, the strategy, and every service's part.
 * @returns The same, frozen and as plain data: of a contract's schema the JSON Schema is kept, and nothing else.
 * @throws FreeholdError `FREEHOLD_MANIFEST_INVALID` with every problem, each with its path and its fix,
 *   in `details.problems`.
 */
export function defineSystem(
  system: Omit<System, 'services'> & { readonly services: readonly WrittenService[] },
): System {
  const problems = validateSystem(system)
  if (problems.length > 0) {
    throw new FreeholdError('FREEHOLD_MANIFEST_INVALID', {
      message: describeProblems(system, problems),
      details: { problems },
    })
  }
  return deepFreeze(
    structuredClone({ ...system, services: system.services.map((each) => complete(each, system.services)) }),
  )
}

/**
 * The service of that name.
 *
 * @throws FreeholdError `FREEHOLD_MANIFEST_UNKNOWN_SERVICE` when there is none.
 */
export function serviceNamed(system: System, name: string): Service {
  const found = system.services.find((service) => service.name === name)
  if (found) return found
  const names = system.services.map((service) => service.name)
  throw new FreeholdError('FREEHOLD_MANIFEST_UNKNOWN_SERVICE', {
    message: `The system "${system.name}" has no service "${name}".`,
    fix: `Use one of: ${names.join(', ')}.`,
    details: { name, names },
  })
}

function complete(service: WrittenService, services: readonly WrittenService[]): Service {
  const { expects = [], consumes = {}, publishes = [], ...rest } = service
  const published = services.flatMap((each) => each.publishes ?? [])
  const heard = Object.values(consumes).flat()
  const own = expects.filter(
    (contract) =>
      heard.includes(contract.type) &&
      !published.some((each) => each.type === contract.type && isSameContract(each, contract)),
  )
  return { ...rest, publishes, consumes, ...(own.length > 0 && { expects: own }) }
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  for (const inner of Object.values(value)) deepFreeze(inner)
  return Object.freeze(value)
}
