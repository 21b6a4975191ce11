import { migrateSystem } from '../../migrations/index.js'
import { FreeholdError } from '@freehold/manifest/errors'
import type { GlobalFlags } from '../flags.js'
import type { Answer, Invocation } from '../invocation.js'
import { dryRunText } from '../views/dry-run.js'
import { progressLine, reportsText } from '../views/migrations.js'

interface MigrateUpFlags extends GlobalFlags {
  readonly wait: number
  readonly dryRun: boolean
  readonly contractNow?: string
}

/** `freehold migrate up` */
export async function migrateUp(
  { flags, terminal, workspace }: Invocation<MigrateUpFlags>,
  ...services: readonly string[]
): Promise<Answer> {
  if (!(flags.wait >= 0)) {
    throw new FreeholdError('FREEHOLD_CLI_USAGE', { message: '--wait takes a number of seconds, 0 or more.' })
  }
  const { contractNow } = flags
  if (contractNow?.trim() === '') {
    throw new FreeholdError('FREEHOLD_CLI_USAGE', {
      message: '--contract-now takes a reason, which is recorded.',
    })
  }
  const opened = await workspace()
  const { system, root, credentials } = await opened.migrations()
  const chosen = services.length === 0 ? system.services.length : services.length
  if (contractNow !== undefined && chosen !== 1) {
    throw new FreeholdError('FREEHOLD_CLI_USAGE', {
      message: '--contract-now is about one step of one service: name that service.',
    })
  }
  if (flags.dryRun) {
    const { shadowUrl } = opened
    const { dryRun } = await import('../../dry-run/dry-run.js')
    const runs = await dryRun({ system, root, credentials, services, shadowUrl })
    return { json: { services: runs }, text: dryRunText(runs, terminal.colors) }
  }
  const reports = await migrateSystem({
    system,
    root,
    credentials,
    services,
    limits: { waitMs: flags.wait * 1000 },
    ...(contractNow !== undefined && { contractNow }),
    onProgress: (service, progress) => {
      const line = progressLine(service.name, progress, terminal.errorColors)
      if (line !== undefined) terminal.progress(line)
    },
  })
  return { json: { services: reports }, text: reportsText(reports, terminal.colors) }
}
