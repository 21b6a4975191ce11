import type { Colors } from '../terminal.js'
import { displayPath } from '../../migrations/display-path.js'
import type { MigrationProgress, MigrationReport, MigrationStatus } from '../../migrations/index.js'
import { fileNameOf } from '../../migrations/migration-file.js'

/** What a run tells, as one line; undefined for what is not worth one. */
export function progressLine(
  service: string,
  progress: MigrationProgress,
  colors: Colors,
): string | undefined {
  const said = describe(progress, colors)
  return said === undefined ? undefined : `${colors.bold(service)} ${said}`
}

function describe(progress: MigrationProgress, { dim, yellow, green }: Colors): string | undefined {
  switch (progress.kind) {
    case 'waiting': {
      const holder = progress.holderPid === undefined ? '' : ` (server process ${progress.holderPid})`
      return yellow(`waits for another run${holder}, ${Math.round(progress.waitedMs / 1000)} s so far`)
    }
    case 'statement':
      return dim(`${progress.migration.fileName} statement ${progress.step} of ${progress.of}`)
    case 'rebuilding':
      return yellow(`${progress.migration.fileName} drops ${progress.index}, which a failed attempt left`)
    case 'retrying':
      return yellow(`${progress.migration.fileName} again in ${progress.inMs} ms: ${progress.reason}`)
    case 'notice':
      return dim(progress.message)
    case 'applied':
      return `${green('✓')} ${progress.migration.fileName} ${dim(`${progress.durationMs} ms`)}`
    case 'applying':
      return undefined
  }
}

/** What runs did, for people. */
export function reportsText(reports: readonly MigrationReport[], { bold, dim }: Colors): string {
  const lines = reports.map(({ service, applied, total, durationMs }) => {
    const did = applied.length === 0 ? 'nothing to do' : `${applied.length} applied`
    return `${bold(service)} ${did}, ${total} in all ${dim(`${durationMs} ms`)}`
  })
  return lines.join('\n')
}

/** How migrations stand, for people. */
export function migrationStatusText(found: readonly MigrationStatus[], colors: Colors): string {
  return found.map((status) => serviceLines(status, colors).join('\n')).join('\n\n')
}

function serviceLines({ service, applied, pending, problems }: MigrationStatus, colors: Colors): string[] {
  const { bold, dim, green, yellow, red } = colors
  return [
    bold(service),
    ...applied.map(
      ({ number, name, appliedAt }) => `  ${green('✓')} ${fileNameOf(number, name)} ${dim(appliedAt)}`,
    ),
    ...pending.map(({ path, statementsDone }) => {
      const stopped = statementsDone === 0 ? '' : red(` stopped: ${statementsDone} statements are done`)
      return `  ${yellow('○')} ${displayPath(path)}${stopped}`
    }),
    ...(applied.length + pending.length === 0 ? [`  ${dim('no migrations')}`] : []),
    ...problems.map(({ message, fix, code }) => `  ${red('✗')} ${message}\n    ${fix} ${dim(code)}`),
  ]
}
