import type { Personal } from '../table.js'
import type { EventContract } from './event-contract.js'
import { eventTypeParts } from './event-type.js'

/**
 * Which members of a contract's data are personal, about whom, and for what purpose they are kept, which is the name of
 * the publishing service where the contract does not say.
 *
 * @returns Nothing for a contract without personal members.
 */
export function personalMembers({ type, personal }: EventContract): Required<Personal> | undefined {
  return personal && { purpose: eventTypeParts(type)?.service ?? type, ...personal }
}
