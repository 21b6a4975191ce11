import type { ProjectionBuild, ProjectionComparison } from '../../projections/index.js'
import type { Colors } from '../terminal.js'
import { durationText } from './duration.js'

/** A projection and its builds. */
export interface ListedProjection {
  readonly service: string
  readonly projection: string
  readonly stalenessMs: number
  readonly builds: readonly ProjectionBuild[]
}

/** Projections with their builds, for people. */
export function projectionsText(listed: readonly ListedProjection[], { bold, dim, red }: Colors): string {
  if (listed.length === 0) return 'No table is a projection.'
  const lines = listed.flatMap(({ service, projection, stalenessMs, builds }) => [
    `${bold(`${service}.${projection}`)} ${dim(`may be ${durationText(stalenessMs)} old`)}`,
    ...builds.map(
      ({ build, state, positions, changedAt, problem }) =>
        `  build ${build} ${state} at ${places(positions)} ${dim(`since ${changedAt.toISOString()}`)}${problem === null ? '' : ` ${red(problem)}`}`,
    ),
    ...(builds.length === 0 ? [`  ${dim('no service has kept it yet')}`] : []),
  ])
  return lines.join('\n')
}

/** A comparison, for people. */
export function comparisonText(
  compared: ProjectionComparison,
  name: { readonly service: string; readonly projection: string },
  { bold, dim, yellow }: Colors,
): string {
  const { live, rebuild, isSame, isAligned, differences } = compared
  const lines = differences.map(
    ({ key, inLive, inRebuild }) =>
      `  ${key} ${inLive ? (inRebuild ? 'says something else' : 'is missing in the rebuild') : 'is only in the rebuild'}`,
  )
  return [
    `live    ${live.digest} ${dim(`${live.rows} rows`)}`,
    `rebuild ${rebuild.digest} ${dim(`${rebuild.rows} rows`)}`,
    bold(isSame ? 'They say the same.' : 'They differ.'),
    ...(isAligned
      ? []
      : [yellow('They are not at one position: compare again when the rebuild has caught up.')]),
    ...lines,
    ...(isAligned
      ? [
          `To serve the rebuild: freehold projections swap ${name.service} ${name.projection} --digest ${rebuild.digest}`,
        ]
      : []),
  ].join('\n')
}

function places(positions: Readonly<Record<string, number>>): string {
  const said = Object.entries(positions).map(([source, position]) => `${source} ${position}`)
  return said.length === 0 ? 'the beginning' : said.join(', ')
}
