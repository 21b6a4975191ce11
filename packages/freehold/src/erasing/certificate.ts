import { erasureLogOf, type System } from '@freehold/manifest'
import { FreeholdError } from '@freehold/manifest/errors'
import { verifyRowProof, type Checkpoint, type NoteVerifier, type RowProof } from '@freehold/proof'
import { erasingServices } from './erasure-states.js'

/** That a person was forgotten by every service, in a form that needs nobody to be believed. */
export interface ErasureCertificate {
  readonly freehold: 'erasure-certificate.v1'
  readonly system: string
  readonly subject: string
  /** For which purpose only; null for all. */
  readonly purpose: string | null
  /** Of each service, that the row which says so is in its sealed and signed log of erasures. */
  readonly services: readonly { readonly service: string; readonly proof: RowProof }[]
}

/** What a certificate says that holds. */
export interface CertifiedErasures {
  /** As the certificate has it; compared where the system is known. */
  readonly system: string
  readonly subject: string
  readonly purpose: string | null
  /** Whether it has every service that keeps something personal; null where nobody could look. */
  readonly complete: true | null
  readonly services: readonly CertifiedErasure[]
}

/** What a service says in a certificate that holds. */
export interface CertifiedErasure {
  readonly service: string
  /** The log that says so. */
  readonly log: string
  /** Whether that is the service's log of erasures; null where its manifest is not known. */
  readonly isErasureLog: true | null
  readonly id: string
  /** When its keys were destroyed. */
  readonly keysDestroyedAt: string
  /** When its log says that all was done. */
  readonly erasedAt: string
  readonly rows: Readonly<Record<string, number>>
  readonly checkpoint: Checkpoint
}

/**
 * Verifies a certificate with nothing but the public keys of the services.
 *
 * @param system - Whose erasure it must be, with all services that keep something personal and by their logs of erasures;
 *   absent where it is not known: then these are as the certificate claims.
 * @throws FreeholdError `FREEHOLD_PROOF_UNREADABLE` when it is none, `FREEHOLD_PROOF_WRONG` when it is of another system, or
 *   a service does not say what the certificate does, or is missing.
 */
export function verifyCertificate(
  value: unknown,
  keys: readonly NoteVerifier[],
  system?: System,
): CertifiedErasures {
  const certificate = readCertificate(value)
  const { subject, purpose } = certificate
  const named = certificate.services.map(({ service }) => service)
  if (system !== undefined) {
    if (certificate.system !== system.name)
      throw wrong(`is of the system "${certificate.system}", and the configuration of "${system.name}"`)
    const missing = erasingServices(system).filter(({ name }) => !named.includes(name))
    if (missing.length > 0) throw wrong(`has nothing of ${missing.map(({ name }) => name).join(' and ')}`)
  }
  if (new Set(named).size !== named.length) throw wrong('names a service twice')
  const services = certificate.services.map(({ service, proof }): CertifiedErasure => {
    const known = system?.services.find(({ name }) => name === service)
    const said = certified(certificate, service, proof, keys)
    if (known !== undefined && said.log !== erasureLogOf(known))
      throw wrong(`has a row of "${service}.${said.log}", which is no log of erasures`)
    return { ...said, isErasureLog: known === undefined ? null : true }
  })
  const complete = system === undefined ? null : true
  return { system: certificate.system, subject, purpose, complete, services }
}

function certified(
  { subject, purpose }: ErasureCertificate,
  service: string,
  proof: RowProof,
  keys: readonly NoteVerifier[],
): Omit<CertifiedErasure, 'isErasureLog'> {
  const checkpoint = verifyRowProof(proof, keys)
  const { row } = proof
  if (checkpoint.service !== service) throw wrong(`has a proof of "${checkpoint.service}" for "${service}"`)
  if (row['step'] !== 'erased' || row['subject'] !== subject || (row['purpose'] ?? null) !== purpose)
    throw wrong(`has a row of "${service}" that does not say that this subject was erased`)
  const { rows, keysDestroyedAt } = JSON.parse(row['detail'] ?? '{}') as {
    rows?: unknown
    keysDestroyedAt?: unknown
  }
  return {
    service,
    log: checkpoint.log,
    id: row['id'] ?? '',
    keysDestroyedAt: String(keysDestroyedAt),
    erasedAt: row['at'] ?? '',
    rows: (rows ?? {}) as Record<string, number>,
    checkpoint,
  }
}

function readCertificate(value: unknown): ErasureCertificate {
  const { freehold, system, subject, purpose, services } = (
    typeof value === 'object' && value !== null ? value : {}
  ) as Partial<Record<keyof ErasureCertificate, unknown>>
  const isWhole =
    freehold === 'erasure-certificate.v1' &&
    typeof system === 'string' &&
    typeof subject === 'string' &&
    (purpose === null || typeof purpose === 'string') &&
    Array.isArray(services) &&
    services.length > 0 &&
    services.every(
      (each) => typeof each === 'object' && each !== null && typeof Reflect.get(each, 'service') === 'string',
    )
  if (isWhole) return value as ErasureCertificate
  throw new FreeholdError('FREEHOLD_PROOF_UNREADABLE', {
    message: 'A certificate cannot be read: it is not what `erasure-certificate.v1` is made of.',
  })
}

function wrong(what: string): FreeholdError {
  return new FreeholdError('FREEHOLD_PROOF_WRONG', { message: `The certificate ${what}.` })
}
