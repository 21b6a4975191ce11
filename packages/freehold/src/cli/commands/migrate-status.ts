import { systemMigrationStatus } from '../../migrations/index.js'
import type { GlobalFlags } from '../flags.js'
import type { Answer, Invocation } from '../invocation.js'
import { plain } from '../report-error.js'
import { migrationStatusText } from '../views/migrations.js'

/** `freehold migrate status` */
export async function migrateStatus(
  { terminal, workspace }: Invocation<GlobalFlags>,
  ...services: readonly string[]
): Promise<Answer> {
  const found = await systemMigrationStatus({ ...(await (await workspace()).migrations()), services })
  const contradicted = found.some(({ problems }) => problems.length > 0)
  const pending = found.some((status) => status.pending.length > 0)
  return {
    json: { services: found.map((status) => ({ ...status, problems: status.problems.map(plain) })) },
    text: migrationStatusText(found, terminal.colors),
    exitCode: contradicted ? 1 : pending ? 2 : 0,
  }
}
