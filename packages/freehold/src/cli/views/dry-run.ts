import type { DryRun } from '../../dry-run/dry-run.js'
import { displayPath } from '../../migrations/display-path.js'
import type { Colors } from '../terminal.js'

/** Locks that stop who writes, and the one that stops who reads, too. */
const stopsWriters = ['ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock']
const stopsAll = 'AccessExclusiveLock'

/** What pending migrations did on a shadow, for people. */
export function dryRunText(runs: readonly DryRun[], colors: Colors): string {
  return runs.map((run) => serviceLines(run, colors).join('\n')).join('\n\n')
}

function serviceLines(
  { service, migrations, liveRows }: DryRun,
  { bold, dim, red, yellow }: Colors,
): string[] {
  if (migrations.length === 0) return [`${bold(service)} nothing to do`]
  const rowsOf = (relation: string) => {
    const rows = liveRows[relation]
    if (rows === undefined) return ''
    return dim(rows === null ? ' rows not known: it was never analyzed' : ` about ${rows} rows`)
  }
  const painted = (mode: string) =>
    mode === stopsAll ? red(mode) : stopsWriters.includes(mode) ? yellow(mode) : dim(mode)
  return [
    bold(service),
    ...migrations.flatMap(({ path, transactional, statements, contract }) => [
      `  ${displayPath(path)} ${dim(transactional ? 'one transaction: locks are held to its end' : 'statement by statement')}`,
      ...(contract
        ? [
            yellow(
              `    a contract step: waits until nothing has used ${contract.target} for ${contract.unusedFor}`,
            ),
          ]
        : []),
      ...statements.flatMap(({ line, text, durationMs, locks, rewritten, made }) => [
        `    ${line}: ${firstWords(text)} ${dim(`${durationMs.toFixed(1)} ms`)}`,
        ...locks.map(({ relation, mode }) => `      locks ${relation} ${painted(mode)}${rowsOf(relation)}`),
        ...rewritten.map((relation) => `      ${red(`rewrites ${relation}`)}${rowsOf(relation)}`),
        ...(made.length === 0 ? [] : [dim(`      makes ${made.join(', ')}`)]),
      ]),
    ]),
  ]
}

function firstWords(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim()
  return line.length <= 70 ? line : `${line.slice(0, 69)}…`
}
