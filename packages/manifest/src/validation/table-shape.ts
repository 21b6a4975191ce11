import { fewestPartitionRows, mostPartitionRows, type LogKind } from '../table.js'
import type { ShapeReport } from './report.js'
import { isRecord, onlyKeys, text } from './values.js'

const logKinds: readonly LogKind[] = ['audit', 'events', 'history']

/** What has the wrong shape in one table. */
export function tableShape(table: unknown, path: string, report: ShapeReport): void {
  const mutability = isRecord(table) ? table['mutability'] : undefined
  if (isRecord(table) && mutability === 'mutable') mutableShape(table, path, report)
  else if (isRecord(table) && mutability === 'immutable') immutableShape(table, path, report)
  else report.wrong(path, 'is neither mutable nor immutable', 'Use mutable({ … }) or immutable({ kind: … }).')
}

function mutableShape(table: Record<string, unknown>, path: string, report: ShapeReport): void {
  onlyKeys(table, ['mutability', 'key', 'history'], path, report)
  text(table['key'], `${path}.key`, report)
  if ('history' in table) text(table['history'], `${path}.history`, report)
}

function immutableShape(table: Record<string, unknown>, path: string, report: ShapeReport): void {
  if ('version' in table) {
    const fix = 'Rows of a log never change: drop the version, or declare it mutable().'
    report.surplus(`${path}.version`, 'is immutable and has a version column', fix)
  }
  const { version: _reported, ...rest } = table
  onlyKeys(rest, ['mutability', 'kind', 'partition'], path, report)
  if (!logKinds.some((kind) => kind === table['kind'])) {
    report.wrong(`${path}.kind`, 'is not a kind of log', `Use one of: ${logKinds.join(', ')}.`)
  }
  if ('partition' in table) partitionShape(table['partition'], `${path}.partition`, report)
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
