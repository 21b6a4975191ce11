import type { Service, Strategy, System } from '@freehold/manifest'
import { countsOf, type Chapter, type Counts, type Finding } from './finding.js'
import type { Residual } from './residuals/residual.js'

/** What a proof is about. */
export interface Scope {
  readonly services: readonly Service[]
  readonly chapters: readonly Chapter[]
}

/** What was found on one server. */
export interface ServerProof {
  /** `host:port`. */
  readonly server: string
  /** As `server_version_num`. */
  readonly version: number
  readonly findings: readonly Finding[]
  readonly residuals: readonly Residual[]
}

/** Whether a system is isolated and its logs are immutable, and how that was found out. */
export interface Proof {
  readonly system: string
  readonly strategy: Strategy
  readonly services: readonly string[]
  readonly chapters: readonly Chapter[]
  /** `incomplete`: nothing failed, but something that is not optional was not looked at. */
  readonly verdict: 'held' | 'failed' | 'incomplete'
  readonly counts: Counts
  readonly beganAt: string
  readonly seconds: number
  readonly servers: readonly Pick<ServerProof, 'server' | 'version'>[]
  readonly findings: readonly Finding[]
  /** What SQL cannot prevent on these servers, and whether it is happening. */
  readonly residuals: readonly Residual[]
}

/** Puts a proof together. It has held only when everything was looked at and nothing failed. */
export function proofOf(
  system: System,
  { services, chapters }: Scope,
  began: Date,
  servers: readonly ServerProof[],
  looked: readonly Finding[],
): Proof {
  const findings = [...servers.flatMap((server) => server.findings), ...looked]
  const counts = countsOf(findings)
  const isWhole = !findings.some(({ verdict, optional }) => verdict === 'not looked at' && optional !== true)
  return {
    system: system.name,
    strategy: system.strategy,
    services: services.map(({ name }) => name),
    chapters,
    verdict: counts.failed > 0 ? 'failed' : isWhole && counts.held > 0 ? 'held' : 'incomplete',
    counts,
    beganAt: began.toISOString(),
    seconds: (Date.now() - began.getTime()) / 1000,
    servers: servers.map(({ server, version }) => ({ server, version })),
    findings,
    residuals: servers.flatMap(({ residuals }) => residuals),
  }
}
