import type { CheckFinding } from '../../checking/finding.js'
import { coverageText, isWhole, type Coverage, type PartReport } from '../../checking/part.js'
import { placeOf } from '../../checking/place-of.js'
import { findingsOf, missesOf, type CheckReport, type ServiceCheck } from '../../checking/report.js'
import type { Colors } from '../terminal.js'

const mostStatement = 200
/** Of each part. */
const mostNotes = 3

/** What a check found, service by service, and what follows from it. */
export function checkText(report: CheckReport, colors: Colors): string {
  const blocks = report.services.map((service) => serviceLines(service, colors).join('\n'))
  return [...blocks, conclusion(report, colors)].join('\n\n')
}

function serviceLines(check: ServiceCheck, colors: Colors): string[] {
  const { service, version, against, parts, verdict } = check
  const compared = against.length === 0 ? 'not released yet' : `against ${against.join(' and ')}`
  return [
    `${colors.bold(version === undefined ? service : `${service} ${version}`)} ${colors.dim(compared)}`,
    ...parts.flatMap((part) => partLines(part, colors)),
    ...(verdict === undefined ? [] : [`  ${colors.bold(`${verdict.text}.`)}`]),
  ]
}

function partLines(part: PartReport, colors: Colors): string[] {
  const { findings, notLookedAt, coverage } = part
  const loud = findings.filter(({ severity }) => severity !== 'note')
  const notes = findings.filter(({ severity }) => severity === 'note')
  return [
    `  ${mark(part, colors)} ${part.part.padEnd(10)} ${part.looked}`,
    ...(coverage === undefined ? [] : [coverageLine(coverage, colors)]),
    ...notLookedAt.flatMap(({ why, fix }) => [
      `      ${colors.yellow(`not looked at: ${why}`)}`,
      `      ${colors.dim(fix)}`,
    ]),
    ...loud.flatMap((finding) => findingLines(finding, colors)),
    ...notes.slice(0, mostNotes).flatMap((finding) => findingLines(finding, colors)),
    ...(notes.length > mostNotes
      ? [`      ${colors.dim(`and ${notes.length - mostNotes} notes more; --format json has all`)}`]
      : []),
  ]
}

function mark({ findings, notLookedAt, coverage }: PartReport, { red, yellow, green }: Colors): string {
  if (findings.some(({ severity }) => severity === 'error')) return red('✗')
  if (notLookedAt.length > 0 || (coverage !== undefined && !isWhole(coverage))) return yellow('?')
  return findings.some(({ severity }) => severity === 'warning') ? yellow('!') : green('✓')
}

function coverageLine(coverage: Coverage, { dim, yellow }: Colors): string {
  const text = coverageText(coverage)
  return `      ${isWhole(coverage) ? dim(text) : yellow(text)}`
}

function findingLines(finding: CheckFinding, colors: Colors): string[] {
  const { rule, message, fix, statement, sentFrom, sqlstate } = finding
  const place = placeOf(finding)
  const where = place && [place.file, place.line, place.column].filter((part) => part !== undefined).join(':')
  const sent = [
    ...(sentFrom === undefined || sentFrom === where ? [] : [`sent from ${sentFrom}`]),
    ...(sqlstate === undefined ? [] : [sqlstate]),
  ]
  return [
    `      ${severityText(finding, colors)} ${message.replaceAll('\n', '\n        ')} ${colors.dim(rule)}`,
    ...(where === undefined ? [] : [`        ${where}`]),
    ...(statement === undefined ? [] : [`        ${colors.dim(shortened(statement))}`]),
    ...(sent.length === 0 ? [] : [`        ${sent.join(', ')}`]),
    `        ${colors.dim(fix)}`,
  ]
}

function severityText({ severity }: CheckFinding, { red, yellow, dim }: Colors): string {
  if (severity === 'error') return red('breaks: ')
  return severity === 'warning' ? yellow('warning:') : dim('note:   ')
}

function shortened(statement: string): string {
  const line = statement.replaceAll(/\s+/g, ' ').trim()
  return line.length > mostStatement ? `${line.slice(0, mostStatement)}…` : line
}

function conclusion(report: CheckReport, { bold, red, yellow, green }: Colors): string {
  const of = (severity: CheckFinding['severity']): number =>
    findingsOf(report).filter((finding) => finding.severity === severity).length
  const rest = [counted(of('warning'), 'warning'), counted(of('note'), 'note')].filter((text) => text !== '')
  const beside = rest.length === 0 ? '' : ` ${rest.join(', ')}.`
  if (report.outcome === 'breaks') return bold(red(`${counted(of('error'), 'thing')} would break.`)) + beside
  const misses = missesOf(report).length
  if (report.outcome === 'incomplete')
    return (
      bold(yellow(`Nothing that was looked at breaks; ${counted(misses, 'thing')} could not be looked at.`)) +
      beside
    )
  const unchecked = report.services
    .flatMap(({ parts }) => parts)
    .reduce((sum, part) => sum + missing(part), 0)
  if (unchecked > 0)
    return (
      bold(
        yellow(`Nothing that was checked breaks; ${counted(unchecked, 'statement')} could not be checked.`),
      ) + beside
    )
  return bold(green('Nothing breaks.')) + beside
}

function missing({ coverage }: PartReport): number {
  return coverage === undefined ? 0 : coverage.of - coverage.checked
}

function counted(count: number, noun: string): string {
  if (count === 0) return ''
  return count === 1 ? `1 ${noun}` : `${count} ${noun}s`
}
