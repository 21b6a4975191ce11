import type { Finding, LogVerdict, WitnessVerdict } from '../../verifying/index.js'
import type { Colors } from '../terminal.js'

const mostShown = 20

/** What was found of each log, a line each, and what does not hold below it. */
export function verdictsText(verdicts: readonly LogVerdict[], colors: Colors): string {
  const names = verdicts.map(({ service, log }) => `${service}.${log}`)
  const width = Math.max(...names.map(({ length }) => length))
  const lines = verdicts.flatMap((verdict, i) => [
    `${mark(verdict, colors)} ${(names[i] ?? '').padEnd(width)}  ${summary(verdict)}`,
    ...verdict.findings.slice(0, mostShown).map((finding) => `    ${colors.red(findingText(finding))}`),
    ...(verdict.findings.length > mostShown ? [`    and ${verdict.findings.length - mostShown} more`] : []),
    ...verdict.witnesses.flatMap(({ witness, unreadable }) =>
      unreadable === undefined ? [] : `    ${colors.yellow(`${witness} could not be asked: ${unreadable}`)}`,
    ),
  ])
  const broken = verdicts.filter(({ findings }) => findings.length > 0).length
  const unsigned = verdicts.filter(({ size, waiting }) => size === 0 && waiting > 0).length
  const verdict =
    broken > 0
      ? colors.red(`${broken} of ${verdicts.length} logs are not as they were sealed.`)
      : `${verdicts.length - unsigned} logs are as they were sealed.`
  const note =
    unsigned > 0
      ? ` ${unsigned} were never signed, so nothing can be said of them: is their service running?`
      : ''
  const unasked = [
    ...new Set(
      verdicts.flatMap(({ witnesses }) => witnesses.filter(isUnasked).map(({ witness }) => witness)),
    ),
  ]
  const others =
    unasked.length > 0
      ? colors.yellow(` What ${unasked.join(' and ')} was told of them could not be compared.`)
      : ''
  return [...lines, '', verdict + note + others].join('\n')
}

function mark({ findings, size, witnesses }: LogVerdict, { red, green, yellow }: Colors): string {
  if (findings.length > 0) return red('✗')
  return size === 0 || witnesses.some(isUnasked) ? yellow('?') : green('✓')
}

function summary({ size, position, signedAt, checked, waiting, witnesses, archived }: LogVerdict): string {
  if (size === 0) return waiting > 0 ? `${waiting} segments wait for a signature` : 'nothing is sealed yet'
  return [
    `signed to position ${position}${signedAt ? ` at ${signedAt.toISOString()}` : ''}`,
    `${checked.rows} rows in ${checked.segments} segments checked${checked.segments < size ? `, ${size - checked.segments} before` : ''}`,
    confirmation(witnesses),
    ...(waiting > 0 ? [`${waiting} segments not signed yet`] : []),
    ...(archived > 0 ? [`rows to position ${archived} are archived`] : []),
  ].join(', ')
}

/** How far the others confirm the log, and who of them says nothing. */
function confirmation(witnesses: readonly WitnessVerdict[]): string {
  if (witnesses.length === 0) return 'no other service keeps its checkpoints'
  const confirming = witnesses.filter(({ confirms }) => confirms > 0)
  const silent = witnesses.filter((witness) => witness.confirms === 0 && !isUnasked(witness))
  const positions = [...new Set(confirming.map(({ confirms }) => confirms))].toSorted((a, b) => b - a)
  return [
    ...positions.map((position) => {
      const names = confirming.filter(({ confirms }) => confirms === position).map(({ witness }) => witness)
      return `confirmed to position ${position} by ${names.join(' and ')}`
    }),
    ...silent.map(({ witness, compared }) =>
      compared > 0 ? `not confirmed by ${witness}` : `${witness} was told nothing of it yet`,
    ),
    ...witnesses.filter(isUnasked).map(({ witness }) => `${witness} could not be asked`),
  ].join(', ')
}

function isUnasked({ unreadable }: WitnessVerdict): boolean {
  return unreadable !== undefined
}

function findingText({ kind, segment, position, detail }: Finding): string {
  const place = [
    ...(segment === undefined ? [] : [`segment ${segment}`]),
    ...(position === undefined ? [] : [`position ${position}`]),
  ]
  return `${kind}${place.length > 0 ? ` at ${place.join(', ')}` : ''}: ${detail}`
}
