import type { CertifiedErasures, ErasureReport, ErasureState, Scrubbed } from '../../erasing/index.js'
import type { Colors } from '../terminal.js'

/** What became of one erasure. */
export function erasureReportText({ states, missing, purpose }: ErasureReport, colors: Colors): string {
  const lines = states.map((state) => stateLine(state, colors))
  const what = purpose === undefined ? '' : ` for the purpose "${purpose}"`
  const verdict =
    missing.length === 0
      ? colors.green(`Erased. What the logs hold of this person${what} can be read by nobody any more.`)
      : colors.yellow(
          `Not done yet by ${missing.join(' and ')}: it is done as soon as they can. If they run, their logs say what holds them up.`,
        )
  const isUnknown =
    missing.length === 0 && states.every(({ rows }) => Object.values(rows).every((n) => n === 0))
  const doubt = isUnknown ? [colors.yellow('No service had a row about this person. Is the id right?')] : []
  return [...lines, verdict, ...doubt].join('\n')
}

/** Erasures, the person first. */
export function erasureStatesText(states: readonly ErasureState[], colors: Colors): string {
  if (states.length === 0) return 'Nobody was to be forgotten.'
  const subjects = [...new Set(states.map(({ subject }) => subject))]
  return subjects
    .flatMap((subject) => [
      colors.bold(subject),
      ...states.filter((state) => state.subject === subject).map((state) => `  ${stateLine(state, colors)}`),
    ])
    .join('\n')
}

/** What a certificate says. */
export function certificateText(certified: CertifiedErasures, colors: Colors): string {
  const { system, complete, services } = certified
  const lines = services.map(({ service, log, isErasureLog, keysDestroyedAt, rows, checkpoint }) => {
    const where = isErasureLog === null ? `, in its log ${log}` : ''
    return `${colors.green('✓')} ${service}: keys destroyed at ${keysDestroyedAt}, ${rowsText(rows)}; signed at ${checkpoint.at.toISOString()}${where}`
  })
  const verdict =
    complete === true
      ? `The certificate holds. It has all services of "${system}" that keep something personal.`
      : `The certificate holds. It says that it is of the system "${system}"; without its configuration it was not checked whether these are all of its services, and their logs of erasures.`
  return [...lines, verdict].join('\n')
}

/** What was written anew. */
export function scrubbedText(scrubbed: readonly Scrubbed[], { green }: Colors): string {
  const lines = scrubbed.map(
    ({ service, tables, walFrom }) =>
      `${green('✓')} ${service}: ${tables.length} tables; write-ahead log clean from ${walFrom}`,
  )
  return [
    ...lines,
    'Written anew. Backups, archived write-ahead log and copies elsewhere keep what they have for as long as you keep them.',
  ].join('\n')
}

function stateLine(
  { service, purpose, forgottenAt, erasedAt, rows }: ErasureState,
  { green, yellow }: Colors,
): string {
  const what = purpose === undefined ? '' : ` (${purpose})`
  if (erasedAt !== undefined)
    return `${green('✓')} ${service}${what}: erased at ${erasedAt.toISOString()}, ${rowsText(rows)}`
  if (forgottenAt !== undefined)
    return `${yellow('…')} ${service}${what}: keys destroyed at ${forgottenAt.toISOString()}, waiting for who was writing then`
  return `${yellow('…')} ${service}${what}: asked`
}

function rowsText(rows: Readonly<Record<string, number>>): string {
  const counts = Object.entries(rows).map(([table, count]) => `${count} of ${table}`)
  return counts.length === 0 ? 'no rows' : `rows: ${counts.join(', ')}`
}
