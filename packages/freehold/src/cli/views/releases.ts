import { displayPath } from '../../migrations/display-path.js'
import type { ReleasedService } from '../../releases/release-service.js'
import type { Colors } from '../terminal.js'
import { counted } from './counted.js'

/** What was released, for people. */
export function releasesText(released: readonly ReleasedService[], colors: Colors): string {
  return released.map((release) => lines(release, colors).join('\n')).join('\n')
}

function lines(release: ReleasedService, colors: Colors): string[] {
  const { service, version, folder, isNew, migrations, tables, statements, hasOpenapi, lost, unworkable } =
    release
  const { published, consumed } = release
  const what = [
    counted(migrations, 'migration'),
    counted(tables, 'table'),
    counted(statements, 'statement'),
    hasOpenapi ? 'an API' : 'no API',
    ...(published > 0 ? [`${counted(published, 'event')} published`] : []),
    ...(consumed > 0 ? [`${counted(consumed, 'event')} consumed`] : []),
  ]
  const state = isNew ? colors.green('released') : colors.dim('is released already, and is the same')
  return [
    `${colors.bold(`${service} ${version}`)} ${state}: ${what.join(', ')} ${colors.dim(displayPath(folder))}`,
    ...(lost > 0
      ? [colors.yellow(`  ${lost} statements are too long, or were too many to be kept: they are not in it`)]
      : []),
    ...(unworkable.length > 0 ? [colors.yellow(unworkableText(unworkable.length))] : []),
    ...unworkable.flatMap(({ statement, sentFrom, reason }) => [
      `    ${statement.replaceAll(/\s+/g, ' ').slice(0, 100)}`,
      colors.dim(
        `      ${[reason, ...(sentFrom === undefined ? [] : [`sent from ${sentFrom}`])].join(', ')}`,
      ),
    ]),
  ]
}

function unworkableText(count: number): string {
  const which = count === 1 ? 'This statement does' : `These ${count} statements do`
  return `  ${which} not work on the schema of this version, so no check can try ${count === 1 ? 'it' : 'them'}:`
}
