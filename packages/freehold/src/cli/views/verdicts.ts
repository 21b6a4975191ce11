import type { Finding, LogVerdict } from '../../verifying/index.js'
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
  return [...lines, '', verdict + note].join('\n')
}

function mark({ findings, size }: LogVerdict, { red, green, yellow }: Colors): string {
  if (findings.length > 0) return red('✗')
  return size === 0 ? yellow('?') : green('✓')
}

function summary({ size, position, signedAt, checked, waiting, witnessed, archived }: LogVerdict): string {
  if (size === 0) return waiting > 0 ? `${waiting} segments wait for a signature` : 'nothing is sealed yet'
  return [
    `signed to position ${position}${signedAt ? ` at ${signedAt.toISOString()}` : ''}`,
    `${checked.rows} rows in ${checked.segments} segments checked${checked.segments < size ? `, ${size - checked.segments} before` : ''}`,
    witnessed > 0 ? `${witnessed} checkpoints of others compared` : 'no checkpoint of others',
    ...(waiting > 0 ? [`${waiting} segments not signed yet`] : []),
    ...(archived > 0 ? [`rows to position ${archived} are archived`] : []),
  ].join(', ')
}

function findingText({ kind, segment, position, detail }: Finding): string {
  const place = [
    ...(segment === undefined ? [] : [`segment ${segment}`]),
    ...(position === undefined ? [] : [`position ${position}`]),
  ]
  return `${kind}${place.length > 0 ? ` at ${place.join(', ')}` : ''}: ${detail}`
}
