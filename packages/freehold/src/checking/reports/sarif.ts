import { posix } from 'node:path'
import type { CheckFinding } from '../finding.js'
import { coverageText, isWhole, type Coverage } from '../part.js'
import { placeOf } from '../place-of.js'
import { findingsOf, missesOf, type CheckReport, type ServiceCheck } from '../report.js'

/** As much of SARIF 2.1.0 as a report has to say. */
export interface SarifLog {
  readonly $schema: string
  readonly version: '2.1.0'
  readonly runs: readonly SarifRun[]
}

interface SarifRun {
  readonly tool: {
    readonly driver: {
      readonly name: string
      readonly semanticVersion: string
      readonly rules: readonly { readonly id: string }[]
    }
  }
  readonly columnKind: 'unicodeCodePoints'
  readonly invocations: readonly {
    /** Whether the check itself ran, whatever it found. */
    readonly executionSuccessful: boolean
    readonly toolExecutionNotifications: readonly {
      readonly level: 'warning'
      readonly message: { readonly text: string }
    }[]
  }[]
  readonly results: readonly SarifResult[]
  /** What a list of results has no place for: what follows for each service, and how much of it was checked. */
  readonly properties: {
    readonly outcome: CheckReport['outcome']
    readonly services: readonly SarifService[]
  }
}

type SarifService = Pick<ServiceCheck, 'service' | 'version' | 'against' | 'verdict'> & {
  readonly coverage?: Coverage
}

interface SarifResult {
  readonly ruleId: string
  readonly ruleIndex: number
  readonly level: 'error' | 'warning' | 'note'
  readonly message: { readonly text: string }
  readonly locations?: readonly {
    readonly physicalLocation: {
      readonly artifactLocation: { readonly uri: string; readonly uriBaseId: '%SRCROOT%' }
      readonly region?: { readonly startLine: number; readonly startColumn?: number }
    }
  }[]
  readonly properties: Readonly<Record<string, unknown>>
}

/**
 * A report as SARIF, which code hosts and editors read. Files are relative to the root of the checkout.
 *
 * @param toolVersion - The version of Freehold.
 * @param below - From the root of the checkout to the folder that a report's files are relative to.
 * @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 */
export function sarifOf(report: CheckReport, toolVersion: string, below = ''): SarifLog {
  const findings = findingsOf(report)
  const ids = [...new Set(findings.map(({ rule }) => rule))].toSorted()
  const misses = missesOf(report).map(
    ({ service, part, why, fix }) => `${service}: ${part} not looked at. ${why} ${fix}`,
  )
  const toolExecutionNotifications = [...misses, ...report.services.flatMap(uncheckedOf)].map((text) => ({
    level: 'warning' as const,
    message: { text },
  }))
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: { name: 'freehold', semanticVersion: toolVersion, rules: ids.map((id) => ({ id })) },
        },
        columnKind: 'unicodeCodePoints',
        invocations: [{ executionSuccessful: true, toolExecutionNotifications }],
        results: findings.map((finding) => resultOf(finding, ids.indexOf(finding.rule), below)),
        properties: { outcome: report.outcome, services: report.services.map(ofService) },
      },
    ],
  }
}

function ofService({ service, version, against, verdict, parts }: ServiceCheck): SarifService {
  const coverage = parts.find((part) => part.coverage !== undefined)?.coverage
  return {
    service,
    ...(version !== undefined && { version }),
    against,
    ...(verdict && { verdict }),
    ...(coverage && { coverage }),
  }
}

function uncheckedOf({ service, parts }: ServiceCheck): string[] {
  return parts.flatMap(({ coverage }) =>
    coverage === undefined || isWhole(coverage) ? [] : [`${service}: ${coverageText(coverage)}.`],
  )
}

function resultOf(finding: CheckFinding, ruleIndex: number, below: string): SarifResult {
  const { rule, severity, message, fix, service, direction, statement, sentFrom, sqlstate, details } = finding
  const place = placeOf(finding)
  const region = place?.line === undefined ? undefined : { startLine: place.line }
  const column = place?.column === undefined ? {} : { startColumn: place.column }
  return {
    ruleId: rule,
    ruleIndex,
    level: severity,
    message: { text: `${message} ${fix}` },
    ...(place && {
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: uriOf(posix.join(below, place.file)), uriBaseId: '%SRCROOT%' },
            ...(region && { region: { ...region, ...column } }),
          },
        },
      ],
    }),
    properties: { service, direction, statement, sentFrom, sqlstate, details },
  }
}

function uriOf(file: string): string {
  return file.split('/').map(encodeURIComponent).join('/')
}
