import { userInfo } from 'node:os'
import { resolve } from 'node:path'
import { eventsLogOf, serviceNamed } from '@freehold/manifest'
import { isFreeholdError } from '@freehold/manifest/errors'
import { archiveLog, logState, requireLog, verifyArchive, type Archived } from '../../archiving/index.js'
import type { ProvisioningContext } from '../../provisioning/plan.js'
import type { GlobalFlags } from '../flags.js'
import type { Answer, Invocation } from '../invocation.js'
import { usage } from '../usage.js'
import type { LogName } from '@freehold/proof'
import { archivedText, logText } from '../views/logs.js'

/** The flags of `freehold logs list`. */
export type LogFlags = GlobalFlags & { readonly log?: string }

/** The flags of `freehold logs archive`. */
export type ArchiveFlags = GlobalFlags & {
  readonly before: string
  readonly to: string
  readonly backedUpTo: number
  readonly who?: string
}

/** `freehold logs list` */
export async function logsList(
  { flags, workspace, terminal }: Invocation<LogFlags>,
  service: string,
): Promise<Answer> {
  const context = await (await workspace()).provisioning()
  const name = logNamed(
    context,
    service,
    flags.log ?? eventsLogOf(serviceNamed(context.system, service)) ?? 'events',
  )
  const state = await logState(context, name)
  return { json: { ...name, ...state }, text: logText(state, terminal.colors) }
}

/** `freehold logs archive` */
export async function logsArchive(
  { flags, workspace, terminal, cwd }: Invocation<ArchiveFlags>,
  service: string,
  log: string,
): Promise<Answer> {
  const context = await (await workspace()).provisioning()
  const { backedUpTo, who = userInfo().username } = flags
  if (!Number.isSafeInteger(backedUpTo) || backedUpTo < 0) throw usage('--backed-up-to takes a position.')
  const archived = await archiveLog(context, {
    ...logNamed(context, service, log),
    before: beforeOf(flags.before),
    to: resolve(cwd, flags.to),
    backedUpTo,
    who,
    onStep: (step, partition) => terminal.progress(`${partition}: ${step}`),
  }).catch((error: unknown) => {
    // What did go is said all the same; under --json it is in the details of the error.
    const gone = isFreeholdError(error)
      ? (error.details['archived'] as readonly Archived[] | undefined)
      : undefined
    if (gone !== undefined && gone.length > 0 && !flags.json) terminal.out(archivedText(gone, true))
    throw error
  })
  return { json: { archived }, text: archivedText(archived, isPartitioned(context, service, log)) }
}

/** `freehold logs verify` */
export async function logsVerify({ workspace, cwd }: Invocation<GlobalFlags>, file: string): Promise<Answer> {
  const found = await verifyArchive(await (await workspace()).provisioning(), resolve(cwd, file))
  return {
    json: found,
    text: `${found.rows} rows of ${found.service}.${found.log}, as they were taken out of it.`,
  }
}

function logNamed(context: Pick<ProvisioningContext, 'system'>, service: string, log: string): LogName {
  requireLog(context, { service, log })
  return { service, log }
}

function isPartitioned(
  { system }: Pick<ProvisioningContext, 'system'>,
  service: string,
  log: string,
): boolean {
  const table = serviceNamed(system, service).owns[log]
  return table?.mutability === 'immutable' && table.partition !== undefined
}

function beforeOf(text: string): number | Date {
  if (/^\d{1,15}$/.test(text)) return Number(text)
  const date = new Date(text)
  if (/^\d{4}-\d\d-\d\d/.test(text) && !Number.isNaN(date.getTime())) return date
  throw usage(`--before takes a position or a date like 2026-01-31, not "${text}".`)
}
