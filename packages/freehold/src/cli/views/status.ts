import type { System } from '@freehold/manifest'
import type { Colors } from '../terminal.js'
import { release } from './release.js'
import type { ServiceStatus } from '../../provisioning/system-status.js'
import type { SchemaDifference } from '../../releases/schema-differences.js'
import { plain } from '../report-error.js'
import { pendingLines } from './migrations.js'

/** What is not in a live schema as its migrations make it, by service. */
type SchemaDrift = ReadonlyMap<string, readonly SchemaDifference[]>

/** The status of a system for machines. */
export function statusJson(system: System, services: readonly ServiceStatus[], drift?: SchemaDrift): object {
  return {
    system: system.name,
    strategy: system.strategy,
    services: services.map(({ migrations, ...status }) => ({
      ...status,
      ...(drift?.has(status.service) && { schemaDrift: drift.get(status.service) }),
      ...(migrations && { migrations: { ...migrations, problems: migrations.problems.map(plain) } }),
    })),
  }
}

/** The status of a system for people. */
export function statusText(
  system: System,
  services: readonly ServiceStatus[],
  colors: Colors,
  drift?: SchemaDrift,
): string {
  const blocks = services.map((status) =>
    [...serviceLines(status, colors), ...driftLines(drift?.get(status.service), colors)].join('\n'),
  )
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
    ['versions', versionsText(status, colors)],
    ['migrations', migrationsText(status, colors)],
    ['drift', driftText(status, colors)],
  ]
  const trouble = error
    ? [`  ${colors.red('✗')} ${error.message} ${colors.dim(error.code)}`, `    ${error.fix}`]
    : []
  return [
    colors.bold(service),
    ...rows.map(([name, value]) => `  ${colors.dim(name.padEnd(10))}  ${value}`),
    ...(status.migrations ? pendingLines(status.migrations.pending, status.migrations.run, colors) : []),
    ...schemaLines(status, colors),
    ...trouble,
  ]
}

function driftText({ drift }: ServiceStatus, colors: Colors): string {
  if (drift === null) return colors.dim('not known')
  return drift === 0 ? 'none' : colors.yellow(`${drift}, see \`freehold plan\``)
}

function versionsText({ versions }: ServiceStatus, colors: Colors): string {
  if (!versions) return colors.dim('not known')
  const { running, released } = versions
  const runs = running.map(({ version, statements }) => `${version} (${statements} statements)`)
  return [
    runs.length === 0 ? 'none seen running' : `${runs.join(', ')} running`,
    released.length === 0 ? 'none released' : `${released.at(-1) ?? ''} released`,
  ].join(', ')
}

const differs = {
  missing: 'is missing',
  unexpected: 'is in no release',
  changed: 'is not as it was released',
}

/** The live schema beside what the migrations make that were applied. */
function driftLines(differences: readonly SchemaDifference[] | undefined, colors: Colors): string[] {
  if (differences === undefined) return []
  const said =
    differences.length === 0
      ? 'as its migrations make it'
      : colors.yellow('somebody has changed it beside the migrations')
  const how = { missing: 'is missing', unexpected: 'is of no migration', changed: 'is another one' }
  return [
    `  ${colors.dim('schema'.padEnd(10))}  ${said}`,
    ...differences.flatMap((each) => differenceLines(each, how, colors)),
  ]
}

const longestDefinition = 160

/** What differs, and of what has changed, how it should be and how it is. */
function differenceLines(
  { object, kind, released, live }: SchemaDifference,
  words: Readonly<Record<SchemaDifference['kind'], string>>,
  colors: Colors,
): string[] {
  const short = (said = ''): string =>
    said.length > longestDefinition ? `${said.slice(0, longestDefinition)}…` : said
  const sides = kind === 'changed' ? [`should be ${short(released)}`, `is        ${short(live)}`] : []
  return [
    `    ${colors.yellow('~')} ${object} ${words[kind]}`,
    ...sides.map((side) => `      ${colors.dim(side)}`),
  ]
}

/** The live schema beside the released one. */
function schemaLines({ versions }: ServiceStatus, colors: Colors): string[] {
  if (!versions) return []
  const { fingerprint, release: version, before, differences } = versions.schema
  const notCompared =
    before === null
      ? 'no release has these migrations'
      : `it is on the way to ${before.release}, without ${before.lacks.join(', ')}`
  const said =
    version === null
      ? colors.dim(`not compared: ${notCompared} (--schema compares it with what they make)`)
      : differences.length === 0
        ? `as in ${version}`
        : colors.yellow(`differs from ${version}`)
  return [
    `  ${colors.dim('shape'.padEnd(10))}  ${said} ${colors.dim(fingerprint)}`,
    ...differences.flatMap((each) => differenceLines(each, differs, colors)),
  ]
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
