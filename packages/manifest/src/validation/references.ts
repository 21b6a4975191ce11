import { isIdentifier } from '../identifier.js'
import type { Service } from '../service.js'
import type { ManifestProblem } from './problem.js'
import type { ReadablePart } from './readable-part.js'

/** References from nowhere, to nothing, or to a table of the same service. */
export function referenceProblems(part: ReadablePart): ManifestProblem[] {
  return part.system.services.flatMap((service) =>
    Object.entries(service.references).flatMap(([from, { to }]) => {
      const path = `services.${service.name}.references.${from}`
      const problems = [sourceProblem(part, service, from), targetProblem(part, service, to)]
      return problems.flatMap((problem) => (problem ? [{ path, ...problem }] : []))
    }),
  )
}

type Finding = Omit<ManifestProblem, 'path'> | undefined

function sourceProblem(part: ReadablePart, service: Service, from: string): Finding {
  const [table, column] = halves(from)
  if (table === undefined || column === undefined) {
    return { message: `"${from}" is not a column`, fix: "Write it as 'table.column'." }
  }
  if (Object.hasOwn(service.owns, table) || part.mayHide(service.name, table)) return undefined
  return {
    message: `begins at "${table}", which this service does not own`,
    fix: `Declare ${table} in owns, or remove the reference.`,
  }
}

function targetProblem(part: ReadablePart, service: Service, to: string): Finding {
  const [owner, table] = halves(to)
  if (owner === undefined || table === undefined) {
    return { message: `"${to}" is not a table of a service`, fix: "Write it as 'service.table'." }
  }
  if (owner === service.name) {
    return {
      message: `refers to the service's own "${table}"`,
      fix: 'Inside one service use a foreign key in a migration.',
    }
  }
  const { services } = part.system
  const target = services.find(({ name }) => name === owner)
  if (!target) {
    if (part.mayHide(owner)) return undefined
    const others = services.filter(({ name }) => name !== service.name)
    return {
      message: `refers to the service "${owner}", which does not exist`,
      fix:
        others.length > 0
          ? `Use one of: ${names(others)}.`
          : 'Declare that service, or remove the reference.',
    }
  }
  if (Object.hasOwn(target.owns, table) || part.mayHide(owner, table)) return undefined
  const tables = Object.keys(target.owns)
  return {
    message: `refers to "${to}", which nobody owns`,
    fix: `The service "${owner}" owns ${tables.length > 0 ? tables.join(', ') : 'nothing yet'}.`,
  }
}

/** Both parts of `one.two`, or nothing when it is not two identifiers. */
function halves(qualified: string): string[] {
  const parts = qualified.split('.')
  return parts.length === 2 && parts.every(isIdentifier) ? parts : []
}

function names(services: readonly Service[]): string {
  return services.map(({ name }) => name).join(', ')
}
