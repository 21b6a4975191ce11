import { eventTypeParts } from '@freehold/manifest'
import { sealValues, type KeyStore, type PersonalPlace } from '../personal/index.js'
import type { CheckedEvent } from './checked-event.js'

/** Where the personal members of an event stand. */
export function placeOf(type: string): Pick<PersonalPlace, 'service' | 'name'> {
  return { service: eventTypeParts(type)?.service ?? type, name: type }
}

/** Whether something in an event is to be sealed. */
export function isPersonal({ personal }: CheckedEvent): boolean {
  return personal !== undefined
}

/**
 * The event as it is stored: its personal members are sealed under the key of its subject.
 *
 * @throws FreeholdError `FREEHOLD_SUBJECT_ERASED` when the subject was forgotten; and what the store throws.
 */
export async function sealedEvent(event: CheckedEvent, keys: KeyStore): Promise<CheckedEvent> {
  if (event.personal === undefined) return event
  const { subject, fields, purpose } = event.personal
  const members = event.data as Readonly<Record<string, unknown>>
  const place = { ...placeOf(event.type), subject: members[subject] as string, purpose }
  const there = fields.filter((field) => Object.hasOwn(members, field))
  const envelopes = await sealValues(
    keys,
    there.map((field) => ({ ...place, field, value: members[field] })),
  )
  const data = { ...members, ...Object.fromEntries(there.map((field, index) => [field, envelopes[index]])) }
  return { ...event, data, json: JSON.stringify(data), personal: undefined }
}
