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
  const unasked = [
    ...new Set(
      verdicts.flatMap(({ witnesses }) => witnesses.filter(isUnasked).map(({ witness }) => witness)),
    ),
  ]
  const others =
    unasked.length > 0
      ? colors.yellow(` What ${unasked.join(' and ')} was told of them could not be compared.`)
      : ''
  return [...lines, '', conclusion(verdicts, colors) + others].join('\n')
}

/** What may be said of all logs together, and no more than was looked at. */
function conclusion(verdicts: readonly LogVerdict[], colors: Colors): string {
  const broken = verdicts.filter(({ findings }) => findings.length > 0).length
  const unsigned = verdicts.filter(({ size, waiting }) => size === 0 && waiting > 0).length
  const isPartial = verdicts.some(({ verifiedBefore }) => verifiedBefore > 0)
  const whole = verdicts.length - unsigned
  const [logs, are] =
    whole === 1 ? ['1 log', 'is as it was sealed'] : [`${whole} logs`, 'are as they were sealed']
  return [
    broken > 0
      ? colors.red(
          `${broken} of ${verdicts.length} logs ${broken === 1 ? 'is not as it was' : 'are not as they were'} sealed.`,
        )
      : isPartial
        ? `What is new in ${logs} is as it was sealed.`
        : `${logs} ${are}.`,
    ...(isPartial ? ['`--all` also looks at what was verified before.'] : []),
    ...(unsigned > 0
      ? [`${unsigned} were never signed, so nothing can be said of them: is their service running?`]
      : []),
  ].join(' ')
}

function mark({ findings, size, witnesses }: LogVerdict, { red, green, yellow }: Colors): string {
  if (findings.length > 0) return red('✗')
  return size === 0 || witnesses.some(isUnasked) ? yellow('?') : green('✓')
}

function summary(verdict: LogVerdict): string {
  const { size, position, signedAt, waiting, witnesses, archived } = verdict
  if (size === 0) return waiting > 0 ? `${waiting} segments wait for a signature` : 'nothing is sealed yet'
  return [
    `signed to position ${position}${signedAt ? ` at ${signedAt.toISOString()}` : ''}`,
    looked(verdict),
    confirmation(witnesses),
    ...(waiting > 0 ? [`${waiting} segments not signed yet`] : []),
    ...(archived > 0 ? [`rows to position ${archived} are archived`] : []),
  ].join(', ')
}

/** What was looked at, and what was not because it was verified before. */
function looked({ checked: { rows, segments }, verifiedBefore }: LogVerdict): string {
  if (verifiedBefore === 0) return `${rows} rows in ${segments} segments checked`
  const before = `${verifiedBefore} segments verified before`
  return segments === 0
    ? `nothing new since ${before}`
    : `${rows} rows in ${segments} new segments checked, ${before}`
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
