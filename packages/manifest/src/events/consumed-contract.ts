import type { Service } from '../service.js'
import type { System } from '../system.js'
import type { EventContract } from './event-contract.js'

/**
 * The contract by which a service reads events of a type: its own, where it was given another one, or the publisher's.
 *
 * @param publisher - The name of the service that publishes them.
 * @returns Nothing for a type that nobody publishes.
 */
export function consumedContract(
  system: System,
  { expects = [] }: Pick<Service, 'expects'>,
  publisher: string,
  type: string,
): EventContract | undefined {
  const isOfType = (contract: EventContract): boolean => contract.type === type
  return (
    expects.find(isOfType) ?? system.services.find(({ name }) => name === publisher)?.publishes.find(isOfType)
  )
}
