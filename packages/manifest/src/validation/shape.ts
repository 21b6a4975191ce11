import { consumesShape, publishesShape } from './event-shape.js'
import { ShapeReport } from './report.js'
import { tableShape } from './table-shape.js'
import { isRecord, onlyKeys, text } from './values.js'

const longestSystemName = 63

/**
 * What has the wrong shape: a missing or unknown property, a wrong type. Written by hand and not left
 * to a JSON Schema validator, whose answer to a union is a list of everything that did not match.
 */
export function shapeOf(system: unknown): ShapeReport {
  const report = new ShapeReport()
  if (!isRecord(system)) {
    report.wrong('(root)', 'is not an object', 'Export the result of defineSystem({ … }).')
    return report
  }
  onlyKeys(system, ['$schema', 'name', 'strategy', 'services'], '', report)
  if ('$schema' in system && typeof system['$schema'] !== 'string') {
    report.wrong('$schema', 'is not a text', 'Give the address of the schema, or remove it.')
  }
  systemName(system['name'], report)
  strategyShape(system['strategy'], report)
  const services = system['services']
  if (!Array.isArray(services) || services.length === 0) {
    report.wrong(
      'services',
      'is not a list with at least one service',
      'Give the results of defineService in a list.',
    )
    return report
  }
  for (const [index, service] of services.entries()) {
    serviceShape(service, `services.${serviceLabel(service, index)}`, report)
  }
  return report
}

function systemName(value: unknown, report: ShapeReport): void {
  if (!text(value, 'name', report) || Array.from(value).length <= longestSystemName) return
  report.wrong('name', `is longer than ${longestSystemName} characters`, 'Shorten it.')
}

/** What has the wrong shape in the strategy. */
export function strategyShape(value: unknown, report: ShapeReport): void {
  if (isRecord(value) && value['kind'] === 'database-per-service') {
    onlyKeys(value, ['kind'], 'strategy', report)
  } else if (isRecord(value) && value['kind'] === 'shared-database') {
    onlyKeys(value, ['kind', 'database'], 'strategy', report)
    text(value['database'], 'strategy.database', report)
  } else {
    report.wrong(
      'strategy',
      'is not a strategy',
      "Use databasePerService() or sharedDatabase({ database: '…' }).",
    )
  }
}

const members = [
  ...['name', 'database', 'schema', 'owns', 'references', 'publishes', 'consumes', 'expects', 'migrations'],
]

function serviceShape(service: unknown, path: string, report: ShapeReport): void {
  if (!isRecord(service)) {
    report.wrong(path, 'is not a service', 'Use the result of defineService({ … }).')
    return
  }
  onlyKeys(service, members, path, report)
  for (const key of ['name', 'database', 'schema', 'migrations']) text(service[key], `${path}.${key}`, report)
  tables(service['owns'], `${path}.owns`, report)
  references(service['references'], `${path}.references`, report)
  publishesShape(service['publishes'], `${path}.publishes`, report)
  consumesShape(service['consumes'], `${path}.consumes`, report)
  publishesShape(service['expects'], `${path}.expects`, report)
}

function tables(owns: unknown, path: string, report: ShapeReport): void {
  if (!isRecord(owns)) {
    report.wrong(path, 'is not an object of tables', 'Name each table: { notes: mutable({ … }) }.')
    return
  }
  for (const [name, table] of Object.entries(owns)) tableShape(table, `${path}.${name}`, report)
}

function references(value: unknown, path: string, report: ShapeReport): void {
  if (!isRecord(value)) {
    report.wrong(path, 'is not an object of references', "Write { 'table.column': 'service.table' }.")
    return
  }
  for (const [column, reference] of Object.entries(value)) {
    if (isRecord(reference) && typeof reference['to'] === 'string') {
      onlyKeys(reference, ['to'], `${path}.${column}`, report)
    } else {
      const fix = "Write 'service.table' or reference('service.table')."
      report.wrong(`${path}.${column}`, 'is not a reference', fix)
    }
  }
}

function serviceLabel(service: unknown, index: number): string {
  const name = isRecord(service) ? service['name'] : undefined
  return typeof name === 'string' && name.length > 0 ? name : String(index)
}
