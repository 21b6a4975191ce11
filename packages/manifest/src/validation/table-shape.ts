import { fewestPartitionRows, mostPartitionRows, type LogKind } from '../table.js'
import { isListOfTypes } from './event-shape.js'
import { personalShape } from './personal-shape.js'
import type { ShapeReport } from './report.js'
import { isRecord, onlyKeys, text } from './values.js'

const logKinds: readonly LogKind[] = ['audit', 'events', 'history', 'witness', 'erasure']

/** What has the wrong shape in one table. */
export function tableShape(table: unknown, path: string, report: ShapeReport): void {
  const mutability = isRecord(table) ? table['mutability'] : undefined
  if (isRecord(table) && mutability === 'mutable') mutableShape(table, path, report)
  else if (isRecord(table) && mutability === 'immutable') immutableShape(table, path, report)
  else report.wrong(path, 'is neither mutable nor immutable', 'Use mutable({ … }) or immutable({ kind: … }).')
}

function mutableShape(table: Record<string, unknown>, path: string, report: ShapeReport): void {
  onlyKeys(table, ['mutability', 'key', 'history', 'projection', 'personal'], path, report)
  text(table['key'], `${path}.key`, report)
  if ('history' in table) text(table['history'], `${path}.history`, report)
  if ('projection' in table) projectionShape(table['projection'], `${path}.projection`, report)
  if ('personal' in table) personalShape(table['personal'], `${path}.personal`, report)
}

/** 24 days: what a timer of a program can hold. */
export const longestStalenessMs = 2_147_483_647

function projectionShape(projection: unknown, path: string, report: ShapeReport): void {
  if (!isRecord(projection)) {
    const fix = "Write projection: { of: { service: [Event] }, staleness: '5s' }."
    report.wrong(path, 'does not say what it is made of', fix)
    return
  }
  onlyKeys(projection, ['of', 'stalenessMs'], path, report)
  const { of, stalenessMs } = projection
  const sources = isRecord(of) ? Object.values(of) : []
  if (sources.length === 0 || !sources.every((types) => isListOfTypes(types) && types.length > 0)) {
    const fix =
      'List contracts, or their types, by the service that publishes them: { user: [ProfileChanged] }.'
    report.wrong(`${path}.of`, 'names no events', fix)
  }
  const isDuration = Number.isSafeInteger(stalenessMs) && Number(stalenessMs) >= 1
  if (!isDuration || Number(stalenessMs) > longestStalenessMs) {
    const fix = "Give a duration of 1 millisecond to 24 days, such as '5s', '10m' or 5000."
    report.wrong(`${path}.staleness`, 'is not a duration', fix)
  }
}

function immutableShape(table: Record<string, unknown>, path: string, report: ShapeReport): void {
  if ('version' in table) {
    const fix = 'Rows of a log never change: drop the version, or declare it mutable().'
    report.surplus(`${path}.version`, 'is immutable and has a version column', fix)
  }
  const { version: _reported, ...rest } = table
  onlyKeys(rest, ['mutability', 'kind', 'partition', 'personal'], path, report)
  if (!logKinds.some((kind) => kind === table['kind'])) {
    report.wrong(`${path}.kind`, 'is not a kind of log', `Use one of: ${logKinds.join(', ')}.`)
  }
  if ('partition' in table) partitionShape(table['partition'], `${path}.partition`, report)
  if ('personal' in table) personalShape(table['personal'], `${path}.personal`, report)
}

function partitionShape(partition: unknown, path: string, report: ShapeReport): void {
  if (!isRecord(partition)) {
    report.wrong(path, 'does not say how a log is partitioned', 'Write partition: { rows: 1_000_000 }.')
    return
  }
  onlyKeys(partition, ['rows'], path, report)
  const { rows } = partition
  if (Number.isInteger(rows) && Number(rows) >= fewestPartitionRows && Number(rows) <= mostPartitionRows)
    return
  const fix = `Write a whole number from ${fewestPartitionRows} to ${mostPartitionRows}.`
  report.wrong(`${path}.rows`, 'is not a number of rows', fix)
}
