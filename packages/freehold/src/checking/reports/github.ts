import { posix } from 'node:path'
import type { CheckFinding } from '../finding.js'
import { coverageText, isWhole } from '../part.js'
import { placeOf } from '../place-of.js'
import { findingsOf, missesOf, type CheckReport, type ServiceCheck } from '../report.js'

const commands = { error: 'error', warning: 'warning', note: 'notice' } as const

/**
 * A report as annotations of GitHub, a line each: `::error file=…,line=…::…`. What follows for a service comes first,
 * since GitHub shows ten annotations of a kind.
 *
 * @param below - From the root of the checkout to the folder that a report's files are relative to.
 * @see https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 */
export function githubAnnotations(report: CheckReport, below = ''): string {
  const misses = missesOf(report).map(({ service, part, why, fix }) =>
    annotation('warning', { title: `${service}: ${part} not looked at` }, `${why}\n${fix}`),
  )
  const findings = findingsOf(report).map((finding) => ofFinding(finding, below))
  return [...report.services.flatMap(ofService), ...findings, ...misses].join('\n')
}

function ofService({ service, version, verdict, parts }: ServiceCheck): string[] {
  const name = version === undefined ? service : `${service} ${version}`
  return [
    ...(verdict === undefined
      ? []
      : [annotation('notice', { title: `${name}: verdict` }, `${verdict.text}.`)]),
    ...parts.flatMap(({ coverage }) => {
      if (coverage === undefined) return []
      const command = isWhole(coverage) ? 'notice' : 'warning'
      return [annotation(command, { title: `${name}: coverage` }, `${coverageText(coverage)}.`)]
    }),
  ]
}

function ofFinding(finding: CheckFinding, below: string): string {
  const { service, rule, severity, message, fix, statement, sentFrom, sqlstate } = finding
  const place = placeOf(finding)
  const properties = {
    ...(place && { file: posix.join(below, place.file) }),
    ...(place?.line !== undefined && { line: String(place.line) }),
    ...(place?.column !== undefined && { col: String(place.column) }),
    title: `${service}: ${rule}`,
  }
  const origin = [
    ...(sentFrom === undefined ? [] : [`sent from ${sentFrom}`]),
    ...(sqlstate === undefined ? [] : [`SQLSTATE ${sqlstate}`]),
  ]
  const text = [message, fix, ...(statement === undefined ? [] : [statement]), origin.join(', ')]
    .filter((line) => line !== '')
    .join('\n')
  return annotation(commands[severity], properties, text)
}

function annotation(command: string, properties: Readonly<Record<string, string>>, text: string): string {
  const written = Object.entries(properties).map(([name, value]) => `${name}=${escapedProperty(value)}`)
  return `::${command} ${written.join(',')}::${escaped(text)}`
}

function escaped(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function escapedProperty(text: string): string {
  return escaped(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
