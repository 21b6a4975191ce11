import { personalMembers, type EventContract, type Personal } from '@freehold/manifest'
import { FreeholdError } from '@freehold/manifest/errors'
import { longestSubject, openValues, type KeyFinder, type KeyName } from '../personal/index.js'
import { placeOf } from './personal-event.js'
import type { Delivered } from './transport.js'

/** An event on its way to a handler. */
export interface Opened {
  /** Whether something personal is in it: what an error says of it then may quote that. */
  readonly isPersonal: boolean
  /**
   * The event as the handler gets it.
   *
   * @throws FreeholdError `FREEHOLD_PERSONAL_UNREADABLE` or `FREEHOLD_PERSONAL_SUBJECT_MISSING`, for which the event
   *   itself is to blame.
   */
  event(): Delivered
}

/** Opens events, with one question for all. What it throws is what the finder of the keys throws: no event is to blame. */
export type Opener = (events: readonly Delivered[]) => Promise<readonly Opened[]>

/**
 * Opens the personal members of events.
 *
 * @param contracts - Those of the events that may come.
 * @returns Nothing when none of them has personal members.
 * @throws FreeholdError `FREEHOLD_KEY_STORE_MISSING` when one has, and there is nobody to ask for keys.
 */
export function openerOf(
  contracts: readonly EventContract[],
  keys: KeyFinder | undefined,
): Opener | undefined {
  const personal = new Map(contracts.map((contract) => [contract.type, personalMembers(contract)]))
  const [secret] = [...personal].flatMap(([type, members]) => (members === undefined ? [] : type))
  if (secret === undefined) return undefined
  if (keys === undefined) throw keysMissing(secret)
  return async (events) => {
    const sealed = events.map((event) => sealedIn(event, personal.get(event.type)))
    const known = await keysOf(keys, sealed.flat())
    return Promise.all(events.map((event, index) => opened(event, sealed[index] ?? [], known)))
  }
}

interface SealedMember {
  readonly field: string
  readonly envelope: unknown
  readonly subject: unknown
  readonly purpose: string
}

function sealedIn({ data }: Delivered, personal: Required<Personal> | undefined): SealedMember[] {
  if (personal === undefined || typeof data !== 'object' || data === null) return []
  const members = data as Readonly<Record<string, unknown>>
  const { fields, purpose } = personal
  const subject = members[personal.subject]
  return fields
    .filter((field) => Object.hasOwn(members, field) && members[field] !== null)
    .map((field) => ({ field, envelope: members[field], subject, purpose }))
}

/** All keys that are wanted, found at once. Who can be no subject is not asked for: it would spoil the question. */
async function keysOf(finder: KeyFinder, sealed: readonly SealedMember[]): Promise<KeyFinder> {
  const names = new Map<string, KeyName>()
  for (const { subject, purpose } of sealed)
    if (isSubject(subject)) names.set(JSON.stringify([subject, purpose]), { subject, purpose })
  const states = names.size === 0 ? [] : await finder.find([...names.values()])
  const known = new Map([...names.keys()].map((name, index) => [name, states[index]]))
  return {
    find: async (asked) => asked.map(({ subject, purpose }) => known.get(JSON.stringify([subject, purpose]))),
  }
}

async function opened(event: Delivered, sealed: readonly SealedMember[], known: KeyFinder): Promise<Opened> {
  if (sealed.length === 0) return { isPersonal: false, event: () => event }
  try {
    const values = await openValues(
      known,
      sealed.map(({ field, envelope, subject }) => ({
        ...placeOf(event.type),
        field,
        subject: requiredSubject(event, subject),
        envelope: typeof envelope === 'string' ? envelope : '',
      })),
    )
    const plain = Object.fromEntries(sealed.map(({ field }, index) => [field, values[index]]))
    const data = { ...(event.data as object), ...plain }
    return { isPersonal: true, event: () => ({ ...event, data }) }
  } catch (error) {
    return {
      isPersonal: true,
      event: () => {
        throw error
      },
    }
  }
}

function keysMissing(type: string): FreeholdError {
  return new FreeholdError('FREEHOLD_KEY_STORE_MISSING', {
    message: `The event ${type} has personal members, and whoever hears it was given no keys to open them.`,
    fix: 'Give it the keys of the publisher: `keys: publisherKeys({ … }).of(source)`.',
    details: { type },
  })
}

function requiredSubject({ type, position }: Delivered, subject: unknown): string {
  if (isSubject(subject)) return subject
  throw new FreeholdError('FREEHOLD_PERSONAL_SUBJECT_MISSING', {
    message: `The event ${type} at position ${position} has something personal in it, and does not say of whom.`,
    details: { type, position },
  })
}

function isSubject(subject: unknown): subject is string {
  return typeof subject === 'string' && subject !== '' && subject.length <= longestSubject
}
