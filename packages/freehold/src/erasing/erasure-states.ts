import { erasureLogOf, type Service, type System } from '@freehold/manifest'
import { subjectText } from '@freehold/manifest/subjects'
import pg from 'pg'
import type { CredentialStore } from '../credentials/store.js'
import { sqlFile } from '../provisioning/sql-files.js'
import { withServiceSession } from '../sessions/index.js'

/** How far an erasure has come in one service. */
export interface ErasureState {
  readonly service: string
  readonly id: string
  readonly subject: string
  readonly purpose: string | undefined
  readonly reason: string | undefined
  readonly askedAt: Date
  /** When its keys were destroyed and its rows erased for the first time. */
  readonly forgottenAt: Date | undefined
  /** When that was done once more, after all who were writing meanwhile. */
  readonly erasedAt: Date | undefined
  /** Where the log of erasures says so. */
  readonly erasedSeq: number | undefined
  /** How many rows were erased, by table. */
  readonly rows: Readonly<Record<string, number>>
}

/** Which erasures are meant. */
export interface ErasureQuery {
  readonly subject?: string
  /** Only those for this purpose, or with null for all purposes; any when absent. */
  readonly purpose?: string | null
}

/** Where the services of a system are entered. */
export interface ErasingContext {
  readonly system: System
  readonly credentials: CredentialStore
}

interface Found {
  id: string
  subject: string
  purpose: string | null
  reason: string | null
  asked_at: Date
  forgotten_at: Date | null
  erased_at: Date | null
  erased_seq: string | null
  rows: Record<string, number> | null
}

/** The services that keep something personal. */
export function erasingServices(system: System): Service[] {
  return system.services.filter((service) => erasureLogOf(service) !== undefined)
}

/** The name of a service's log of erasures, for a statement. */
export function erasureTable(service: Service): string {
  return `${pg.escapeIdentifier(service.schema)}.${pg.escapeIdentifier(erasureLogOf(service) ?? '')}`
}

/**
 * Reads how far erasures have come in a service, with no more rights than it has itself. The oldest first.
 *
 * @throws FreeholdError as `withServiceSession` does.
 */
export async function erasureStates(
  context: ErasingContext,
  service: Service,
  { subject, purpose }: ErasureQuery = {},
): Promise<ErasureState[]> {
  const text = sqlFile('erasing/state.sql').replaceAll('%LOG%', erasureTable(service))
  return inService(context, service, async (client) => {
    const { rows } = await client.query<Found>(text, [
      subjectText(subject) ?? null,
      purpose !== undefined,
      purpose ?? null,
    ])
    return rows.map((row) => stateOf(service.name, row))
  })
}

/** Runs work in the database of a service with the rights of its app role. */
export async function inService<T>(
  { system, credentials }: ErasingContext,
  service: Service,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const options = { system, credentials, service: service.name, applicationName: 'freehold erase' }
  return withServiceSession(options, (client) => work(client))
}

function stateOf(service: string, found: Found): ErasureState {
  return {
    service,
    id: found.id,
    subject: found.subject,
    purpose: found.purpose ?? undefined,
    reason: found.reason ?? undefined,
    askedAt: found.asked_at,
    forgottenAt: found.forgotten_at ?? undefined,
    erasedAt: found.erased_at ?? undefined,
    erasedSeq: found.erased_seq === null ? undefined : Number(found.erased_seq),
    rows: found.rows ?? {},
  }
}
