import { longestIdentifier } from '../identifier.js'
import { databaseOf, projectionSchemasOf } from '../names.js'
import type { Service } from '../service.js'
import type { MutableTable } from '../table.js'
import type { ManifestProblem } from './problem.js'
import type { ReadablePart } from './readable-part.js'

type Projection = MutableTable & Required<Pick<MutableTable, 'projection'>>

/** Projections of what the service does not hear, that are taken for the truth, or for which there is no place. */
export function projectionProblems(part: ReadablePart): ManifestProblem[] {
  return part.system.services.flatMap((service) => {
    const projections = Object.entries(service.owns).filter((entry): entry is [string, Projection] => {
      return entry[1].mutability === 'mutable' && entry[1].projection !== undefined
    })
    if (projections.length === 0) return []
    return [
      ...schemaProblems(part, service),
      ...projections.flatMap(([name, table]) => [
        ...unheard(service, name, table),
        ...recorded(service, name, table),
        ...takenForTruth(part, service, name),
      ]),
    ]
  })
}

function unheard(service: Service, name: string, { projection }: Projection): ManifestProblem[] {
  return Object.entries(projection.of).flatMap(([from, types]) => {
    const heard = Object.hasOwn(service.consumes, from) ? (service.consumes[from] ?? []) : []
    return types
      .filter((type) => !heard.includes(type))
      .map((type) => ({
        path: `services.${service.name}.owns.${name}.projection.of.${from}.${type}`,
        message: `is not among the events of "${from}" that the service consumes`,
        fix: `Add it to consumes.${from}.`,
      }))
  })
}

function recorded(service: Service, name: string, { history }: Projection): ManifestProblem[] {
  if (history === undefined) return []
  return [
    {
      path: `services.${service.name}.owns.${name}.history`,
      message: 'is the history of a projection, which would write it anew at every rebuild',
      fix: 'Remove it: the events that the projection is made of are its history.',
    },
  ]
}

function takenForTruth({ system }: ReadablePart, service: Service, name: string): ManifestProblem[] {
  return system.services.flatMap((other) =>
    Object.entries(other.references)
      .filter(([, { to }]) => to === `${service.name}.${name}`)
      .map(([column]) => ({
        path: `services.${other.name}.references.${column}`,
        message: `refers to "${service.name}.${name}", which is a projection`,
        fix: 'Refer to the table that the events tell of, at the service that publishes them.',
      })),
  )
}

/** A projection is rebuilt in a schema beside that of the service, and kept in another when it was replaced. */
function schemaProblems({ system }: ReadablePart, service: Service): ManifestProblem[] {
  const path = `services.${service.name}.schema`
  return Object.values(projectionSchemasOf(service)).flatMap((schema) => {
    if (schema.length > longestIdentifier) {
      const message = `has projections, which need a schema "${schema}": longer than ${longestIdentifier} characters`
      return [{ path, message, fix: 'Shorten the name of the schema.' }]
    }
    const taken = system.services.find(
      (other) => other.schema === schema && databaseOf(system, other) === databaseOf(system, service),
    )
    if (taken === undefined) return []
    const message = `has projections, which need a schema "${schema}" that the service "${taken.name}" has`
    return [{ path, message, fix: 'Choose another schema for one of them.' }]
  })
}
