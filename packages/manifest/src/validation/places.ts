import { databaseOf } from '../names.js'
import type { Service } from '../service.js'
import type { System } from '../system.js'
import type { ManifestProblem } from './problem.js'
import type { ReadablePart } from './readable-part.js'

/** Two services where there can be one: of one name, in one database, schema or folder, with one table. */
export function placeProblems({ system, strategyIsKnown }: ReadablePart): ManifestProblem[] {
  return system.services.flatMap((service, index) => {
    const earlier = system.services.slice(0, index)
    if (earlier.some(({ name }) => name === service.name)) {
      const fix = 'Rename one; roles and schemas take their names from it.'
      return [{ path: `services.${service.name}`, message: 'is declared twice', fix }]
    }
    return [
      ...sharedFolder(service, earlier),
      ...(strategyIsKnown ? sharedDatabases(system, service, earlier) : []),
    ]
  })
}

function sharedFolder(service: Service, earlier: readonly Service[]): ManifestProblem[] {
  const other = earlier.find(({ migrations }) => folder(migrations) === folder(service.migrations))
  if (!other) return []
  return [
    {
      path: `services.${service.name}.migrations`,
      message: `"${service.migrations}" is the folder of the service "${other.name}" already`,
      fix: 'Give each service a folder of its own: schemas move on their own.',
    },
  ]
}

function sharedDatabases(system: System, service: Service, earlier: readonly Service[]): ManifestProblem[] {
  const place = databaseOf(system, service)
  const together = earlier.filter((other) => databaseOf(system, other) === place)
  const problems = together
    .filter(({ schema }) => schema === service.schema)
    .flatMap((other) => sharedSchema(service, other))
  const [other] = together
  if (!other || system.strategy.kind === 'shared-database') return problems
  problems.unshift({
    path: `services.${service.name}.database`,
    message: `"${service.database}" is the database of the service "${other.name}" already`,
    fix: 'Give each service a database of its own, or choose the strategy sharedDatabase().',
  })
  return problems
}

function sharedSchema(later: Service, earlier: Service): ManifestProblem[] {
  const path = `services.${later.name}`
  const tables = Object.keys(later.owns).filter((table) => Object.hasOwn(earlier.owns, table))
  const overlaps = tables.map((table) => ({
    path: `${path}.owns.${table}`,
    message: `is owned by the service "${earlier.name}" already (${later.schema}.${table})`,
    fix: 'A table has one owner: remove it from one of the two, which then asks the other through its API or events.',
  }))
  return [
    {
      path: `${path}.schema`,
      message: `"${later.schema}" is the schema of the service "${earlier.name}" already`,
      fix: 'Give each service a schema of its own.',
    },
    ...overlaps,
  ]
}

/** One spelling of a folder: `./a//b/` is `a/b`. */
function folder(path: string): string {
  const parts = path.split('/').filter((part, index) => part !== '.' && (part !== '' || index === 0))
  return parts.join('/')
}
