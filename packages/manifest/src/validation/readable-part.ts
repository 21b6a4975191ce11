import type { Reference } from '../reference.js'
import type { Service } from '../service.js'
import { databasePerService, type Strategy } from '../strategy.js'
import type { System } from '../system.js'
import type { Table } from '../table.js'
import { isContract, isListOfTypes, typeOf } from './event-shape.js'
import { ShapeReport } from './report.js'
import { strategyShape } from './shape.js'
import { tableShape } from './table-shape.js'
import { isRecord } from './values.js'

/** What of a manifest has a shape that its meaning can be judged by. */
export interface ReadablePart {
  readonly system: System
  /** Whether the strategy is the manifest's, and no stand-in. */
  readonly strategyIsKnown: boolean
  /** Whether something was left out that may be this service or, when it is named, this table of it. */
  mayHide(service: string, table?: string): boolean
  /** Whether a table of the service was left out that may write this history. */
  mayHideWriterOf(service: string, history: string): boolean
  /** Whether a table of the service was left out that may be a log. */
  mayHideLog(service: string): boolean
  /** Whether something was left out of what the service consumes. */
  mayHideHeard(service: string): boolean
  /** Whether something was left out of what the service publishes that may be this event. */
  mayHideEvent(service: string, type: string): boolean
}

/**
 * Leaves out the tables, services and references that cannot be read. Texts that are missing in a service get
 * stand-ins that break no rule, so that its tables are judged all the same.
 */
export function readablePart(manifest: unknown): ReadablePart {
  const given = isRecord(manifest) && Array.isArray(manifest['services']) ? manifest['services'] : []
  const strategy = isRecord(manifest) ? manifest['strategy'] : undefined
  const strategyIsKnown = isReadable((report) => strategyShape(strategy, report))
  const services = given.flatMap((service: unknown, index) => readableService(service, index) ?? [])
  const hidden = given.filter((service, index) => readableService(service, index) === undefined)
  const written = (service: string): Record<string, unknown>[] =>
    given.filter(isRecord).filter(({ name }) => name === service)
  const hiddenTables = (service: string): [string, unknown][] =>
    written(service).flatMap(({ owns }) =>
      isRecord(owns) ? Object.entries(owns).filter(([, table]) => !isTable(table)) : [],
    )
  return {
    system: {
      name: 'any',
      strategy: strategyIsKnown ? (strategy as Strategy) : databasePerService(),
      services,
    },
    strategyIsKnown,
    mayHide: (service, table) =>
      hidden.some((each) => !isRecord(each) || !isText(each['name']) || each['name'] === service) ||
      hiddenTables(service).some(([name]) => name === table),
    mayHideWriterOf: (service, history) =>
      hiddenTables(service).some(([, table]) => mayWrite(table, history)),
    mayHideLog: (service) =>
      hiddenTables(service).some(([, table]) => !isRecord(table) || table['mutability'] !== 'mutable'),
    mayHideHeard: (service) =>
      written(service).some(({ consumes }) => {
        if (!isRecord(consumes)) return consumes !== undefined
        return !Object.values(consumes).every(isListOfTypes)
      }),
    mayHideEvent: (service, type) =>
      written(service).some(({ publishes }) => {
        if (!Array.isArray(publishes)) return publishes !== undefined
        return publishes.some((each) => !isContract(each) && (typeOf(each) ?? type) === type)
      }),
  }
}

function readableService(service: unknown, index: number): Service | undefined {
  if (!isRecord(service) || !isText(service['name']) || !isRecord(service['owns'])) return undefined
  const standIn = `unread_${index}`
  const textOf = (key: string): string => (isText(service[key]) ? service[key] : standIn)
  const references = isRecord(service['references']) ? Object.entries(service['references']) : []
  const publishes: unknown[] = Array.isArray(service['publishes']) ? service['publishes'] : []
  const consumes = isRecord(service['consumes']) ? Object.entries(service['consumes']) : []
  const expects: unknown[] = Array.isArray(service['expects']) ? service['expects'] : []
  return {
    name: service['name'],
    database: textOf('database'),
    schema: textOf('schema'),
    migrations: textOf('migrations'),
    owns: Object.fromEntries(
      Object.entries(service['owns']).filter((entry): entry is [string, Table] => isTable(entry[1])),
    ),
    references: Object.fromEntries(
      references.filter(
        (entry): entry is [string, Reference] => isRecord(entry[1]) && typeof entry[1]['to'] === 'string',
      ),
    ),
    publishes: publishes.filter(isContract),
    consumes: Object.fromEntries(
      consumes.filter((entry): entry is [string, readonly string[]] => isListOfTypes(entry[1])),
    ),
    ...(expects.length > 0 && { expects: expects.filter(isContract) }),
  }
}

function isTable(table: unknown): table is Table {
  return isReadable((report) => tableShape(table, '', report))
}

/** A log writes no history; a mutable table writes the one that it names; of anything else nobody knows. */
function mayWrite(table: unknown, history: string): boolean {
  if (!isRecord(table) || table['mutability'] === 'immutable') return !isRecord(table)
  if (isText(table['history'])) return table['history'] === history
  return table['mutability'] !== 'mutable' || 'history' in table
}

function isReadable(walk: (report: ShapeReport) => void): boolean {
  const report = new ShapeReport()
  walk(report)
  return report.readable
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}
