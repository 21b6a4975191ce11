import type { Service, System, Table } from '@freehold/manifest'
import { databaseOf } from '@freehold/manifest'
import type { Colors } from '../terminal.js'
import { durationText } from './duration.js'

/** A system for people. */
export function manifestText(system: System, colors: Colors): string {
  const { name, strategy, services } = system
  const where =
    strategy.kind === 'shared-database' ? `one database, ${strategy.database}` : 'a database per service'
  const blocks = services.map((service) => serviceLines(system, service, colors).join('\n'))
  return [`${colors.bold(name)} ${colors.dim(where)}`, ...blocks].join('\n\n')
}

function serviceLines(system: System, service: Service, colors: Colors): string[] {
  const tables = Object.entries(service.owns)
  const width = Math.max(...tables.map(([name]) => name.length))
  const place = `database ${databaseOf(system, service)}, schema ${service.schema}`
  return [
    `${colors.bold(service.name)} ${colors.dim(place)}`,
    ...tables.map(([name, table]) => `  ${name.padEnd(width)}  ${colors.dim(describe(table))}`),
    ...Object.entries(service.references).map(([column, { to }]) => `  ${colors.dim(`${column} → ${to}`)}`),
    ...service.publishes.map(({ type }) => `  ${colors.dim(`publishes ${type}`)}`),
    ...Object.values(service.consumes).flatMap((types) =>
      types.map((type) => `  ${colors.dim(`consumes ${type}`)}`),
    ),
  ]
}

function describe(table: Table): string {
  const { personal } = table
  if (personal === undefined) return kindOf(table)
  const { subject, fields, purpose } = personal
  const why = purpose === undefined ? '' : ` for ${purpose}`
  return `${kindOf(table)}; personal${why}: ${fields.join(', ')} of ${subject}`
}

function kindOf(table: Table): string {
  if (table.mutability === 'immutable') {
    const { kind, partition } = table
    return `immutable, ${kind}${partition ? `, in partitions of ${partition.rows}` : ''}`
  }
  if (table.projection)
    return `projection of ${Object.keys(table.projection.of).join(', ')}, at most ${durationText(table.projection.stalenessMs)} old`
  return table.history === undefined ? 'mutable' : `mutable, history in ${table.history}`
}
