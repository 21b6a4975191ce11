import { FreeholdError } from '@freehold/manifest/errors'
import { openedValue, purposeOf, sealedValue, type PersonalPlace } from './envelope.js'
import { Erased, isErased } from './erased.js'
import type { KeyFinder, KeyStore } from './key-store.js'

/** A sealed value, and where it was found. Its envelope says for what purpose it is kept. */
export interface SealedAt extends Omit<PersonalPlace, 'purpose'> {
  readonly envelope: string
}

/** A value that is to be sealed, and where it goes. */
export interface PlainAt extends PersonalPlace {
  readonly value: unknown
}

/**
 * Seals values. Nothing that is null is sealed: it stays null.
 *
 * @throws FreeholdError `FREEHOLD_SUBJECT_ERASED` when a subject was forgotten: nothing more is kept of it.
 */
export async function sealValues(keys: KeyStore, values: readonly PlainAt[]): Promise<(string | null)[]> {
  return Promise.all(
    values.map(async ({ value, ...place }) =>
      value === null || value === undefined ? null : sealedValue(value, place, await keys.obtain(place)),
    ),
  )
}

/**
 * Opens values, with one question to the store for all.
 *
 * @returns For each the value, or that it was erased.
 * @throws FreeholdError `FREEHOLD_PERSONAL_UNREADABLE` when one was altered or moved, or its key is another or was lost.
 */
export async function openValues(keys: KeyFinder, values: readonly SealedAt[]): Promise<unknown[]> {
  if (values.length === 0) return []
  const places = values.map(({ envelope, ...place }) => ({ ...place, purpose: required(envelope, place) }))
  const states = await keys.find(places.map(({ subject, purpose }) => ({ subject, purpose })))
  return values.map(({ envelope }, index) => {
    const place = places[index] as PersonalPlace
    const state = states[index]
    if (isErased(state)) return new Erased(place)
    if (state === undefined) throw keyless(place)
    return openedValue(envelope, place, state)
  })
}

function required(envelope: string, { service, name, field }: Omit<PersonalPlace, 'purpose'>): string {
  const purpose = purposeOf(envelope)
  if (purpose !== undefined) return purpose
  throw new FreeholdError('FREEHOLD_PERSONAL_UNREADABLE', {
    message: `A personal value of ${service}, "${field}" of ${name}, is not sealed as one.`,
    details: { service, name, field },
  })
}

function keyless({ service, name, field, purpose }: PersonalPlace): FreeholdError {
  return new FreeholdError('FREEHOLD_PERSONAL_UNREADABLE', {
    message: `A personal value of ${service}, "${field}" of ${name}, has no key, and none was destroyed.`,
    fix: 'The key store is another than the one it was sealed with, or lost its files: bring them back from its own backup.',
    details: { service, name, field, purpose },
  })
}
