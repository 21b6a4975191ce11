import { countsOf, type Counts, type Finding, type Verdict } from '../../proving/finding.js'
import type { Proof, Residual } from '../../proving/index.js'
import type { Colors } from '../terminal.js'
import { release } from './release.js'

const symbols: Readonly<Record<Verdict, string>> = {
  held: '✓',
  failed: '✗',
  residual: '~',
  'not looked at': '?',
}

/** A proof for people: counts, what failed and how to mend it, what SQL cannot prevent, the verdict. */
export function proofText(proof: Proof, isVerbose: boolean, colors: Colors): string {
  const servers = proof.servers.map(({ server, version }) => `${server}, PostgreSQL ${release(version)}`)
  const told = proof.findings.filter(
    ({ verdict }) => isVerbose || verdict === 'failed' || verdict === 'not looked at',
  )
  return [
    `${colors.bold(proof.system)} ${colors.dim(`${proof.strategy.kind}; ${servers.join('; ')}`)}`,
    '',
    ...countLines(proof, colors),
    '',
    ...(told.length > 0 ? [...told.flatMap((finding) => findingLines(finding, isVerbose, colors)), ''] : []),
    ...residualLines(proof, colors),
    '',
    verdictLine(proof, colors),
  ].join('\n')
}

const columns = ['held', 'failed', 'residual', 'not looked at'] as const satisfies readonly Verdict[]

function countLines({ findings, chapters }: Proof, colors: Colors): string[] {
  const rows = chapters.flatMap((chapter) => {
    const inside = findings.filter((finding) => finding.chapter === chapter)
    const pairs = [...new Set(inside.map(pairOf))]
    return [
      { name: chapter, counts: countsOf(inside), isHead: true },
      ...pairs.map((pair) => ({
        name: `  ${pair}`,
        counts: countsOf(inside.filter((finding) => pairOf(finding) === pair)),
        isHead: false,
      })),
    ]
  })
  const width = Math.max(...rows.map(({ name }) => name.length))
  const head = `${' '.repeat(width)}  ${columns.map((column) => column.padStart(cell(column))).join('')}`
  return [
    colors.dim(head),
    ...rows.map(({ name, counts, isHead }) => {
      const numbers = columns.map((column) => numberIn(column, counts, colors)).join('')
      return `${isHead ? colors.bold(name.padEnd(width)) : name.padEnd(width)}  ${numbers}`
    }),
  ]
}

function cell(column: Verdict): number {
  return Math.max(column.length + 2, 8)
}

function numberIn(column: Verdict, counts: Counts, colors: Colors): string {
  const count = counts[column]
  const text = (count === 0 ? '–' : String(count)).padStart(cell(column))
  if (count === 0) return colors.dim(text)
  return column === 'failed' ? colors.red(text) : column === 'held' ? text : colors.yellow(text)
}

/** Whom a finding is between; the logs of a schema are taken together. */
function pairOf({ service, against, chapter }: Finding): string {
  if (chapter === 'static') return against
  return `${service} → ${against.replace(/\..*/, '.*')}`
}

function findingLines(
  { as, what, against, verdict, says, repair, service, optional }: Finding,
  isVerbose: boolean,
  colors: Colors,
): string[] {
  const paint = {
    held: colors.green,
    failed: colors.red,
    residual: colors.yellow,
    'not looked at': colors.yellow,
  }[verdict]
  const who = as === undefined ? (what.startsWith(service) ? '' : `${service}: `) : `${as} → ${against}: `
  const isBrief = verdict === 'held' && isVerbose
  return [
    `${paint(symbols[verdict])} ${who}${what}${optional ? colors.dim(' (optional)') : ''}${isBrief && says !== undefined ? colors.dim(` ${says.slice(0, 80)}`) : ''}`,
    ...(isBrief
      ? []
      : [says, repair].flatMap((text) => (text === undefined ? [] : [`    ${colors.dim(text)}`]))),
  ]
}

function residualLines({ residuals }: Proof, colors: Colors): string[] {
  if (residuals.length === 0) return []
  return [
    colors.bold('what SQL cannot prevent'),
    ...residuals.flatMap(({ what, verdict, watchdog }: Residual) => [
      `${watchdog?.isHappening ? colors.yellow('!') : colors.dim('·')} ${what}`,
      `    ${colors.dim([verdict, ...(watchdog ? [`now: ${watchdog.says}`] : [])].join('; '))}`,
    ]),
  ]
}

function verdictLine(
  { verdict, counts, seconds, findings, services, chapters }: Proof,
  colors: Colors,
): string {
  const optional = findings.filter(
    (finding) => finding.verdict === 'not looked at' && finding.optional,
  ).length
  const numbers = [
    `${counts.held} held`,
    `${counts.failed} failed`,
    ...(counts.residual > 0 ? [`${counts.residual} residual`] : []),
    `${counts['not looked at']} not looked at${optional > 0 ? ` (${optional} optional)` : ''}`,
  ].join(', ')
  const scope = `${services.join(', ')}: ${chapters.join(', ')}`
  const text = {
    held: colors.green('Held.'),
    failed: colors.red('FAILED.'),
    incomplete: colors.yellow('Not proven: something could not be looked at.'),
  }[verdict]
  return `${colors.bold(text)} ${numbers}, in ${seconds.toFixed(1)} s. ${colors.dim(scope)}`
}
