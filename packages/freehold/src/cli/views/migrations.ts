import type { Colors } from '../terminal.js'
import { counted } from './counted.js'
import { waitText, type ContractState } from '../../contracting/index.js'
import { blockerLines } from '../../migrations/blockers.js'
import { displayPath } from '../../migrations/display-path.js'
import type {
  MigrationProgress,
  MigrationReport,
  MigrationStatus,
  PendingMigration,
} from '../../migrations/index.js'
import { runInWords, type RunUnderWay } from '../../migrations/lock.js'
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
    case 'waiting':
      return yellow(waitingText(progress))
    case 'connecting':
      return yellow(`waits for a connection (${progress.reason}), ${seconds(progress.waitedMs)} so far`)
    case 'statement':
      return dim(`${progress.migration.fileName} statement ${progress.step} of ${progress.of}`)
    case 'recovering':
      return yellow(
        `${progress.migration.fileName} statement ${progress.step} was begun ${progress.isRetry ? 'before' : 'by an earlier run'}: ${progress.because}, so it ${progress.verdict === 'done' ? 'is done' : 'runs again'}`,
      )
    case 'backfilling':
      return dim(`${progress.migration.fileName} statement ${progress.step}: ${backfillText(progress)}`)
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

function waitingText({ run, waitedMs }: Extract<MigrationProgress, { kind: 'waiting' }>): string {
  const who = runInWords(run)
  const line = `waits for another run${who === '' ? '' : ` (${who})`}, ${seconds(waitedMs)} so far`
  return [line, ...blockerLines(run.blockers, '  in its way is')].join('\n')
}

function seconds(ms: number): string {
  return `${Math.round(ms / 1000)} s`
}

function backfillText(progress: Extract<MigrationProgress, { kind: 'backfilling' }>): string {
  const { rowsDone, estimatedRows, rowsPerSecond, etaMs } = progress
  const total = estimatedRows === null ? '' : ` of about ${estimatedRows}`
  const eta = etaMs === null ? '' : `, ${Math.ceil(etaMs / 1000)} s to go`
  return `${rowsDone}${total} rows, ${Math.round(rowsPerSecond)} a second${eta}`
}

/** What runs did, for people. */
export function reportsText(reports: readonly MigrationReport[], { bold, dim, yellow }: Colors): string {
  const lines = reports.flatMap(({ service, applied, total, durationMs, waiting }) => {
    const did = applied.length === 0 ? 'nothing to do' : `${applied.length} applied`
    return [
      `${bold(service)} ${did}, ${total} in all ${dim(`${durationMs} ms`)}`,
      ...(waiting
        ? [
            `  ${yellow('○')} ${displayPath(waiting.file)}`,
            ...contractLines(waiting).map((line) => `    ${dim(line)}`),
          ]
        : []),
    ]
  })
  return lines.join('\n')
}

/** How migrations stand, for people. */
export function migrationStatusText(found: readonly MigrationStatus[], colors: Colors): string {
  return found.map((status) => serviceLines(status, colors).join('\n')).join('\n\n')
}

function serviceLines(status: MigrationStatus, colors: Colors): string[] {
  const { service, applied, pending, problems, run } = status
  const { bold, dim, green, red } = colors
  return [
    bold(service),
    ...applied.map(
      ({ number, name, appliedAt }) => `  ${green('✓')} ${fileNameOf(number, name)} ${dim(appliedAt)}`,
    ),
    ...pendingLines(pending, run, colors),
    ...(applied.length + pending.length === 0 ? [`  ${dim('no migrations')}`] : []),
    ...problems.map(({ message, fix, code }) => `  ${red('✗')} ${message}\n    ${fix} ${dim(code)}`),
  ]
}

/** Migrations that wait, with what was begun of them and what they wait for; and the run that is at it. */
export function pendingLines(
  pending: readonly PendingMigration[],
  run: RunUnderWay | undefined,
  { dim, yellow, red }: Colors,
): string[] {
  const loud = run ? yellow : red
  return [
    ...(run ? [`  ${yellow(`a run is under way: ${runInWords(run)}`)}`] : []),
    ...pending.flatMap((migration) => [
      `  ${yellow('○')} ${displayPath(migration.path)}${loud(doneText(migration, run !== undefined))}`,
      ...unfinishedLines(migration).map((line) => `    ${loud(line)}`),
      ...(migration.contract ? contractLines(migration.contract).map((line) => `    ${dim(line)}`) : []),
    ]),
  ]
}

function doneText({ statementsDone }: PendingMigration, isUnderWay: boolean): string {
  if (statementsDone === 0) return ''
  const done = `${counted(statementsDone, 'statement')} ${statementsDone === 1 ? 'is' : 'are'} done`
  return isUnderWay ? ` ${done} so far` : ` stopped: ${done}`
}

/** What was begun of a migration and is not done. */
function unfinishedLines({ attempts, backfills }: PendingMigration): string[] {
  return [
    ...attempts.map(({ step, event, at, pid, isRunning }) => {
      if (isRunning) return `statement ${step} runs since ${at}, in server process ${pid}`
      const state = {
        begun: `was begun at ${at} by server process ${pid}, and its end is open`,
        failed: `failed at ${at}`,
        again: 'shall run again',
      }
      return `statement ${step} ${state[event]}`
    }),
    ...backfills.map(({ step, rowsDone, estimatedRows, updatedAt }) => {
      const total = estimatedRows === null || estimatedRows < rowsDone ? '' : ` of about ${estimatedRows}`
      return `statement ${step} has passed ${rowsDone}${total} rows, last at ${updatedAt}`
    }),
  ]
}

const mostWaits = 5

/** How a contract step stands, for people. */
function contractLines({ contracts, unusedFor, waits, readyAt }: ContractState): string[] {
  if (waits.length === 0) return [`takes away ${contracts}, and may be applied`]
  const when = readyAt === undefined ? 'time alone does not help' : `at ${readyAt} at the earliest`
  return [
    `waits until nothing has used ${contracts} for ${unusedFor}: ${when}`,
    ...waits.slice(0, mostWaits).map((wait) => `- ${waitText(wait)}`),
    ...(waits.length > mostWaits ? [`and ${waits.length - mostWaits} more; --json has all`] : []),
  ]
}
