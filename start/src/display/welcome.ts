import { join } from 'node:path'
import colors from 'picocolors'
import type { RunningSystem } from '../system/running-system.js'
import { seconds, shortPath } from './words.js'

/**
 * What is shown when everything serves: a table of addresses, and a first thing to try.
 *
 * @param milliseconds - How long the start took.
 * @param from - The folder that paths are said from.
 */
export function welcome(system: RunningSystem, milliseconds: number, from: string): string {
  const { url, ports, databases } = system
  const local = (port: number): string => `http://127.0.0.1:${port}`
  const file = (...parts: string[]): string => shortPath(join(system.state, ...parts), from)
  const rows: [string, string, string][] = [
    ['gateway', url, 'the one public door'],
    ['API', `${url}/api/docs`, 'every operation, to read and to try'],
    ['auth', local(ports.auth), databases.auth ?? ''],
    ['user', local(ports.user), databases.user ?? ''],
    ['notes', local(ports.notes), databases.notes ?? ''],
    ...postgresRow(system, file('credentials', 'admin.env')),
    ['logs', file('logs'), ''],
  ]
  return [
    '',
    `${colors.bold('Notes is running')}, ready in ${seconds(milliseconds)}`,
    '',
    ...table(rows).map((row) => `  ${row}`),
    '',
    'Try:',
    `  curl -s ${url}/api/auth/register -H 'content-type: application/json' \\`,
    `    -d '{"email":"ada@example.com","password":"correct horse battery"}'`,
    '',
    'Ctrl-C stops everything.',
    '',
  ].join('\n')
}

function postgresRow({ embedded, ports }: RunningSystem, admin: string): [string, string, string][] {
  return embedded ? [['postgres', `127.0.0.1:${ports.postgres}`, `administrator: ${admin}`]] : []
}

function table(rows: readonly [string, string, string][]): string[] {
  const width = (column: 0 | 1): number => Math.max(...rows.map((row) => row[column].length))
  return rows.map(([name, address, more]) =>
    `${colors.bold(name.padEnd(width(0)))}  ${colors.cyan(address.padEnd(width(1)))}  ${colors.dim(more)}`.trimEnd(),
  )
}
