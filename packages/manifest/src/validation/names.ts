import { isIdentifier, isReserved, longestIdentifier, longestServiceName } from '../identifier.js'
import { historyFunctionOf } from '../names.js'
import type { Service } from '../service.js'
import type { ManifestProblem } from './problem.js'
import type { ReadablePart } from './readable-part.js'

/** Columns that every mutable table has for Freehold's own use. */
export const stamped = ['version', 'created_at', 'updated_at']

/** Names that PostgreSQL would fold, cut, quote or take for its own. */
export function nameProblems({ system }: ReadablePart): ManifestProblem[] {
  const { strategy } = system
  const shared = strategy.kind === 'shared-database' ? judge(strategy.database, 'strategy.database') : []
  return [...shared, ...system.services.flatMap(serviceNames)]
}

function serviceNames(service: Service): ManifestProblem[] {
  const path = `services.${service.name}`
  return [
    ...judge(service.name, `${path}.name`, longestServiceName),
    ...judge(service.database, `${path}.database`),
    ...(service.schema === service.name ? [] : judge(service.schema, `${path}.schema`)),
    ...Object.keys(service.owns).flatMap((table) => tableNames(service, table)),
  ]
}

function tableNames(service: Service, name: string): ManifestProblem[] {
  const path = `services.${service.name}.owns.${name}`
  const problems = judge(name, path)
  const table = service.owns[name]
  if (table?.mutability !== 'mutable') return problems
  problems.push(...judge(table.key, `${path}.key`))
  if (stamped.includes(table.key)) {
    problems.push({
      path: `${path}.key`,
      message: `"${table.key}" is a column that the database itself sets at every write`,
      fix: 'Choose a column that never changes, such as id.',
    })
  }
  if (table.history === undefined) return problems
  const generated = historyFunctionOf(service, name)
  if (generated.length > longestIdentifier) {
    problems.push({
      path,
      message: `needs a function "${generated}", whose name PostgreSQL would cut at ${longestIdentifier} bytes`,
      fix: 'Shorten the name of the table or of the service.',
    })
  }
  return problems
}

/** What is wrong with one name. */
export function judge(name: string, path: string, longest: number = longestIdentifier): ManifestProblem[] {
  if (!isIdentifier(name)) {
    return [
      {
        path,
        message: `"${name}" would have to be quoted in SQL`,
        fix: 'Use lower case letters, digits and single underscores, beginning with a letter.',
      },
    ]
  }
  if (name.length > longest) {
    return [{ path, message: `"${name}" is longer than ${longest} characters`, fix: 'Shorten it.' }]
  }
  if (isReserved(name)) {
    return [
      {
        path,
        message: `"${name}" is a name that PostgreSQL or Freehold keeps for itself`,
        fix: 'Choose another.',
      },
    ]
  }
  return []
}
