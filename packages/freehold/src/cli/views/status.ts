import type { System } from '@freehold/manifest'
import type { Colors } from '../terminal.js'
import { release } from './release.js'
import type { ServiceStatus } from '../../provisioning/system-status.js'
import { plain } from '../report-error.js'

/** The status of a system for machines. */
export function statusJson(system: System, services: readonly ServiceStatus[]): object {
  return {
    system: system.name,
    strategy: system.strategy,
    services: services.map(({ migrations, ...status }) => ({
      ...status,
      ...(migrations && { migrations: { ...migrations, problems: migrations.problems.map(plain) } }),
    })),
  }
}

/** The status of a system for people. */
export function statusText(system: System, services: readonly ServiceStatus[], colors: Colors): string {
  const blocks = services.map((status) => serviceLines(status, colors).join('\n'))
  return [`${colors.bold(system.name)} ${colors.dim(system.strategy.kind)}`, ...blocks].join('\n\n')
}

function serviceLines(status: ServiceStatus, colors: Colors): string[] {
  const { service, error } = status
  const rows: [string, string][] = [
    [
      'server',
      `${status.server}${status.serverVersion === undefined ? '' : `, PostgreSQL ${release(status.serverVersion)}`}`,
    ],
    ['database', `${status.database}, schema ${status.schema}`],
    ['roles', status.roles.join(', ')],
    ['tables', tablesText(status)],
    ['migrations', migrationsText(status, colors)],
    ['drift', driftText(status, colors)],
  ]
  const trouble = error
    ? [`  ${colors.red('✗')} ${error.message} ${colors.dim(error.code)}`, `    ${error.fix}`]
    : []
  return [
    colors.bold(service),
    ...rows.map(([name, value]) => `  ${colors.dim(name.padEnd(10))}  ${value}`),
    ...trouble,
  ]
}

function driftText({ drift }: ServiceStatus, colors: Colors): string {
  if (drift === null) return colors.dim('not known')
  return drift === 0 ? 'none' : colors.yellow(`${drift}, see \`freehold plan\``)
}

function tablesText({ tables }: ServiceStatus): string {
  const byKind = (mutability: 'mutable' | 'immutable') =>
    tables.filter((table) => table.mutability === mutability)
  const missing = tables.filter(({ exists }) => exists === false).map(({ name }) => name)
  const counts = `${byKind('mutable').length} mutable, ${byKind('immutable').length} immutable`
  if (tables.some(({ exists }) => exists === null)) return `${counts}; not known whether they are there`
  return missing.length === 0 ? counts : `${counts}; not created yet: ${missing.join(', ')}`
}

function migrationsText({ migrations }: ServiceStatus, colors: Colors): string {
  if (!migrations) return colors.dim('not known: the migrator has no credentials, or cannot connect')
  const { applied, pending, problems } = migrations
  const parts = [
    `${applied.length} applied`,
    pending.length === 0 ? 'none pending' : colors.yellow(`${pending.length} pending`),
    ...(problems.length === 0 ? [] : [colors.red(`${problems.length} contradicted by the files`)]),
  ]
  return parts.join(', ')
}
