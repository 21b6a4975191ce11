import { setTimeout as sleep } from 'node:timers/promises'
import { erasureLogOf, type Service } from '@freehold/manifest'
import { FreeholdError, isFreeholdError } from '@freehold/manifest/errors'
import { subjectText } from '@freehold/manifest/subjects'
import type { RowProof } from '@freehold/proof'
import type { ProvisioningContext } from '../provisioning/plan.js'
import { proveRow } from '../verifying/index.js'
import { withLog } from '../verifying/with-log.js'
import type { ErasureCertificate } from './certificate.js'
import { erasingServices, erasureStates, inService } from './erasure-states.js'

/** Whose erasure is certified. */
export interface CertifyOptions {
  readonly subject: string
  readonly purpose?: string
  /** How long to wait until what was written last is signed, in milliseconds; 10,000 when absent. */
  readonly timeoutMs?: number
}

const everyMs = 100

/**
 * Makes the certificate of an erasure that every service has done.
 *
 * @throws FreeholdError `FREEHOLD_ERASURE_NOT_DONE` when a service has not, or was not asked;
 *   `FREEHOLD_PROOF_NONE` when one has not signed its log in time; and as `proveRow` does.
 */
export async function certifyErasure(
  context: ProvisioningContext,
  options: CertifyOptions,
): Promise<ErasureCertificate> {
  const { purpose, timeoutMs = 10_000 } = options
  const subject = subjectText(options.subject) ?? options.subject
  const until = performance.now() + timeoutMs
  const services: { service: string; proof: RowProof }[] = []
  for (const service of erasingServices(context.system)) {
    const states = await erasureStates(context, service, { subject, purpose: purpose ?? null })
    const done = states.find(({ erasedSeq }) => erasedSeq !== undefined)
    if (done?.erasedSeq === undefined) throw notDone(service, states.length > 0)
    services.push({ service: service.name, proof: await proven(context, service, done.erasedSeq, until) })
  }
  return {
    freehold: 'erasure-certificate.v1',
    system: context.system.name,
    subject,
    purpose: purpose ?? null,
    services,
  }
}

/** A row that was written just now is sealed and signed in a moment. */
async function proven(
  context: ProvisioningContext,
  service: Service,
  seq: number,
  until: number,
): Promise<RowProof> {
  for (;;) {
    try {
      return await provenNow(context, service, seq)
    } catch (error) {
      if (!isFreeholdError(error, 'FREEHOLD_PROOF_NONE') || performance.now() >= until) throw error
      await sleep(everyMs)
    }
  }
}

async function provenNow(context: ProvisioningContext, service: Service, seq: number): Promise<RowProof> {
  const log = erasureLogOf(service) ?? ''
  const place = await inService(context, service, async (client) => {
    const { rows } = await client.query<{ position: string }>(
      'select p."position" from freehold.row_places($1, $2) p',
      [log, [seq]],
    )
    return rows[0]
  })
  if (place !== undefined)
    return withLog(context, { service: service.name, log }, (source) =>
      proveRow(source, Number(place.position)),
    )
  throw new FreeholdError('FREEHOLD_PROOF_NONE', {
    message: `The row of "${service.name}.${log}" that says so is not sealed yet.`,
    details: { service: service.name, log },
  })
}

function notDone({ name }: Service, isAsked: boolean): FreeholdError {
  return new FreeholdError('FREEHOLD_ERASURE_NOT_DONE', {
    message: isAsked
      ? `The service "${name}" was asked, and has not erased the subject yet.`
      : `The service "${name}" was not asked to erase the subject.`,
    details: { service: name },
  })
}
