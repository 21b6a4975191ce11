import { deflateRawSync, inflateRawSync } from 'node:zlib'
import { FreeholdError } from '@freehold/manifest/errors'
import { decrypted, encrypted, overheadBytes } from './aes-gcm.js'
import type { DataKey } from './key-store.js'

/**
 * Where a personal value stands. All of it is authenticated: a ciphertext that is moved to another field, table, service
 * or person does not open. To another row of the same person it does, which the seals of the log notice.
 */
export interface PersonalPlace {
  readonly service: string
  /** The table, or the type of the event. */
  readonly name: string
  /** The column, or the member of the event's data. */
  readonly field: string
  readonly subject: string
  readonly purpose: string
}

/** What an envelope begins with: its version, so that another cipher can come. */
export const envelopePrefix = 'personal.v1:'

const isDeflated = 1

/** Below it, deflating makes longer what it is to make shorter. */
const deflatedFrom = 200

/** The most bytes that a value may have once it is inflated: as many as a column can. */
const mostBytes = 256 * 1024 * 1024

/**
 * Encrypts a value. A key is for one person and purpose, so it never meets the 2^32 values beyond which the random nonces
 * of {@link encrypted} might repeat.
 *
 * @param value - What JSON can say; nothing else comes back as it was.
 * @returns `personal.v1:<purpose>:<base64url>`.
 */
export function sealedValue(value: unknown, place: PersonalPlace, key: DataKey): string {
  const json = Buffer.from(JSON.stringify(value))
  const deflated = json.length < deflatedFrom ? json : deflateRawSync(json)
  const isShorter = deflated.length < json.length
  const plain = Buffer.concat([Buffer.of(isShorter ? isDeflated : 0), isShorter ? deflated : json])
  const text = encrypted(plain, key.secret, authenticated(place))
  return `${envelopePrefix}${place.purpose}:${text.toString('base64url')}`
}

/**
 * Decrypts what {@link sealedValue} returned.
 *
 * @throws FreeholdError `FREEHOLD_PERSONAL_UNREADABLE` when it was altered or moved, or the key is another.
 */
export function openedValue(envelope: string, place: PersonalPlace, key: DataKey): unknown {
  const bytes = Buffer.from(envelope.slice(envelope.lastIndexOf(':') + 1), 'base64url')
  if (purposeOf(envelope) !== place.purpose || bytes.length <= overheadBytes) throw unreadable(place)
  try {
    const plain = decrypted(bytes, key.secret, authenticated(place))
    const json =
      plain[0] === isDeflated
        ? inflateRawSync(plain.subarray(1), { maxOutputLength: mostBytes })
        : plain.subarray(1)
    return JSON.parse(json.toString())
  } catch (cause) {
    throw unreadable(place, cause)
  }
}

/** The purpose that an envelope names; undefined for what is no envelope. */
export function purposeOf(text: unknown): string | undefined {
  if (typeof text !== 'string') return undefined
  const [, purpose] = /^personal\.v1:([a-z][a-z0-9_]*):[A-Za-z0-9_-]+$/.exec(text) ?? []
  return purpose
}

function authenticated({ service, name, field, subject, purpose }: PersonalPlace): string {
  return JSON.stringify([envelopePrefix, service, name, field, subject, purpose])
}

function unreadable({ service, name, field, purpose }: PersonalPlace, cause?: unknown): FreeholdError {
  return new FreeholdError('FREEHOLD_PERSONAL_UNREADABLE', {
    message: `A personal value of ${service}, "${field}" of ${name}, does not open with the key of its subject.`,
    details: { service, name, field, purpose },
    ...(cause !== undefined && { cause }),
  })
}
