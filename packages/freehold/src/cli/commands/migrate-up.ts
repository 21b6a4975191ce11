import { migrateSystem } from '../../migrations/index.js'
import { FreeholdError } from '@freehold/manifest/errors'
import type { GlobalFlags } from '../flags.js'
import type { Answer, Invocation } from '../invocation.js'
import { progressLine, reportsText } from '../views/migrations.js'

/** `freehold migrate up` */
export async function migrateUp(
  { flags, terminal, workspace }: Invocation<GlobalFlags & { readonly wait: number }>,
  ...services: readonly string[]
): Promise<Answer> {
  if (!(flags.wait >= 0)) {
    throw new FreeholdError('FREEHOLD_CLI_USAGE', { message: '--wait takes a number of seconds, 0 or more.' })
  }
  const { system, root, credentials } = await (await workspace()).migrations()
  const reports = await migrateSystem({
    system,
    root,
    credentials,
    services,
    limits: { runWaitMs: flags.wait * 1000 },
    onProgress: (service, progress) => {
      const line = progressLine(service.name, progress, terminal.errorColors)
      if (line !== undefined) terminal.progress(line)
    },
  })
  return { json: { services: reports }, text: reportsText(reports, terminal.colors) }
}
