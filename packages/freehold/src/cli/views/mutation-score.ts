import type { MutationScore } from '../../proving/index.js'
import type { Colors } from '../terminal.js'
import { release } from './release.js'

/** How many weakenings were caught, and which were not; all of them when asked for. */
export function scoreText(scores: readonly MutationScore[], isVerbose: boolean, colors: Colors): string {
  return scores
    .map(({ strategy, version, mutations, caught, caughtByAttack, all, seconds }) => {
      const told = mutations.filter(({ isCaught }) => isVerbose || !isCaught)
      return [
        `${colors.bold(strategy)} ${colors.dim(`PostgreSQL ${release(version)}`)}`,
        ...told.flatMap(({ id, what, isCaught, found }) => [
          `${isCaught ? colors.green('✓') : colors.red('✗')} ${what} ${colors.dim(id)}`,
          ...(found.length === 0
            ? ['    nothing failed']
            : found.slice(0, isCaught ? 1 : 3).map((text) => colors.dim(`    ${text}`))),
        ]),
        `${(caught === all ? colors.green : colors.red)(`Mutation score ${percent(caught, all)}: ${caught} of ${all} weakenings caught`)}, ${caughtByAttack} of them also by an attack that got through, in ${seconds.toFixed(1)} s.`,
      ].join('\n')
    })
    .join('\n\n')
}

function percent(part: number, all: number): string {
  return `${Math.floor((part / Math.max(all, 1)) * 100)}%`
}
