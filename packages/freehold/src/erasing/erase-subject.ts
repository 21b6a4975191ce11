import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { purposesOf, type Service } from '@freehold/manifest'
import { FreeholdError } from '@freehold/manifest/errors'
import { subjectText } from '@freehold/manifest/subjects'
import {
  erasingServices,
  erasureStates,
  erasureTable,
  inService,
  type ErasingContext,
  type ErasureState,
} from './erasure-states.js'

/** Whom to forget. */
export interface EraseOptions {
  readonly subject: string
  /** Only what is kept for this purpose; all when absent. */
  readonly purpose?: string
  readonly reason?: string
  /** How long to wait for the services, in milliseconds; 60,000 when absent. */
  readonly timeoutMs?: number
  /** Hears whenever a service has come one step on. */
  readonly onProgress?: (state: ErasureState) => void
}

/** How far the services have come. */
export interface ErasureReport {
  readonly subject: string
  readonly purpose: string | undefined
  readonly states: readonly ErasureState[]
  /** The services that have not done it in time. They do it as soon as they run. */
  readonly missing: readonly string[]
}

const everyMs = 150

/**
 * Has a person forgotten by all services that keep anything personal. Each is asked in its own log, in its own database,
 * and does it by itself: keys destroyed, rows erased. Who is asked and does not run does it when it does. Asking again is
 * asking once.
 *
 * @throws FreeholdError `FREEHOLD_ERASURE_NOTHING_PERSONAL` when no service keeps anything personal, or not for that
 *   purpose; and as `withServiceSession` does: then some services may have been asked, and the next try goes on.
 */
export async function eraseSubject(context: ErasingContext, options: EraseOptions): Promise<ErasureReport> {
  const { purpose, timeoutMs = 60_000, onProgress = () => undefined } = options
  const subject = subjectText(options.subject) ?? options.subject
  const services = erasingServices(context.system)
  if (services.length === 0) throw nothingPersonal(context)
  const purposes = services.flatMap(purposesOf)
  if (purpose !== undefined && !purposes.includes(purpose)) throw noPurpose(purpose, purposes)
  const id = randomUUID()
  for (const service of services) await ask(context, service, { ...options, subject }, id)
  const states = new Map<string, ErasureState>()
  const until = performance.now() + timeoutMs
  for (;;) {
    for (const service of services) {
      const before = states.get(service.name)
      if (before?.erasedAt !== undefined) continue
      const [state] = await erasureStates(context, service, { subject, purpose: purpose ?? null })
      if (state === undefined) continue
      states.set(service.name, state)
      if (stepOf(state) !== stepOf(before)) onProgress(state)
    }
    const missing = services
      .filter(({ name }) => states.get(name)?.erasedAt === undefined)
      .map(({ name }) => name)
    if (missing.length === 0 || performance.now() >= until)
      return { subject, purpose, states: [...states.values()], missing }
    await sleep(everyMs)
  }
}

/** Not asked again, unless what there is was asked by a restored database: an erasure that is done stays done. */
async function ask(
  context: ErasingContext,
  service: Service,
  { subject, purpose, reason }: EraseOptions,
  id: string,
): Promise<void> {
  const known = await erasureStates(context, service, { subject, purpose: purpose ?? null })
  if (known.length > 0) return
  await inService(context, service, (client) =>
    client.query(
      `insert into ${erasureTable(service)} (id, step, subject, purpose, reason) values ($1, 'asked', $2, $3, $4)`,
      [id, subject, purpose ?? null, reason ?? null],
    ),
  )
}

function stepOf(state: ErasureState | undefined): number {
  if (state === undefined) return 0
  return 1 + Number(state.forgottenAt !== undefined) + Number(state.erasedAt !== undefined)
}

function nothingPersonal({ system }: ErasingContext): FreeholdError {
  return new FreeholdError('FREEHOLD_ERASURE_NOTHING_PERSONAL', {
    message: `No service of "${system.name}" has a log of kind "erasure": the manifest says that nothing personal is kept.`,
    details: { system: system.name },
  })
}

function noPurpose(purpose: string, purposes: readonly string[]): FreeholdError {
  return new FreeholdError('FREEHOLD_ERASURE_NOTHING_PERSONAL', {
    message: `No service keeps anything personal for the purpose "${purpose}".`,
    fix: `Name one of: ${[...new Set(purposes)].join(', ')}. Or none, to erase all.`,
    details: { purpose, purposes },
  })
}
