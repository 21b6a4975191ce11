import type { Verdict } from '../compatibility/index.js'
import type { CheckFinding } from './finding.js'
import type { NotLookedAt, PartReport } from './part.js'

/** What a check found of one service. */
export interface ServiceCheck {
  readonly service: string
  /** The version that is in the working tree; absent where its folder has no package.json. */
  readonly version?: string
  /** The releases that it was compared with, the newest first. Empty where there is none. */
  readonly against: readonly string[]
  readonly parts: readonly PartReport[]
  /** What may be deployed in which order, where a release was compared whose statements are known. */
  readonly verdict?: Verdict
}

/** What `freehold check` found. Printed as it is under `--format json`. */
export interface CheckReport {
  readonly format: 'freehold-check/1'
  readonly system: string
  readonly services: readonly ServiceCheck[]
  /** `breaks` where a finding is an error; `incomplete` where none is, and something could not be looked at. */
  readonly outcome: 'holds' | 'breaks' | 'incomplete'
}

/** Puts a report together. */
export function reportOf(system: string, services: readonly ServiceCheck[]): CheckReport {
  const report = { format: 'freehold-check/1', system, services } as const
  const breaks = findingsOf(report).some(({ severity }) => severity === 'error')
  const isIncomplete = missesOf(report).length > 0
  return { ...report, outcome: breaks ? 'breaks' : isIncomplete ? 'incomplete' : 'holds' }
}

/** All findings, in the order of services and parts. */
export function findingsOf({ services }: Pick<CheckReport, 'services'>): CheckFinding[] {
  return services.flatMap(({ parts }) => parts.flatMap(({ findings }) => findings))
}

/** All that could not be looked at, with whose it is. */
export function missesOf({
  services,
}: Pick<CheckReport, 'services'>): (NotLookedAt & Pick<PartReport, 'service' | 'part'>)[] {
  return services.flatMap(({ parts }) =>
    parts.flatMap(({ service, part, notLookedAt }) =>
      notLookedAt.map((miss) => ({ service, part, ...miss })),
    ),
  )
}
