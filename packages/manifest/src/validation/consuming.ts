import { eventTypeParts } from '../events/event-type.js'
import type { Service } from '../service.js'
import type { ManifestProblem } from './problem.js'
import type { ReadablePart } from './readable-part.js'

type Finding = Omit<ManifestProblem, 'path'> | undefined

/** Events that are consumed and that nobody publishes, or that come from nowhere or from the service itself. */
export function consumingProblems(part: ReadablePart): ManifestProblem[] {
  return part.system.services.flatMap((service) =>
    Object.entries(service.consumes).flatMap(([from, types]) => {
      const path = `services.${service.name}.consumes.${from}`
      const wrongSource = sourceProblem(part, service, from)
      if (wrongSource) return [{ path, ...wrongSource }]
      return types.flatMap((type, index) => {
        const problem = types.indexOf(type) < index ? twice : typeProblem(part, from, type)
        return problem ? [{ path: `${path}.${type}`, ...problem }] : []
      })
    }),
  )
}

const twice: Finding = { message: 'is consumed twice', fix: 'Remove one.' }

function sourceProblem(part: ReadablePart, service: Service, from: string): Finding {
  if (from === service.name) {
    return {
      message: 'are its own events',
      fix: 'Do what follows from them where they are appended, in the same transaction.',
    }
  }
  const { services } = part.system
  if (services.some(({ name }) => name === from) || part.mayHide(from)) return undefined
  const others = services.filter(({ name }) => name !== service.name).map(({ name }) => name)
  return {
    message: `names the service "${from}", which does not exist`,
    fix: others.length > 0 ? `Use one of: ${others.join(', ')}.` : 'Declare that service, or remove it here.',
  }
}

function typeProblem(part: ReadablePart, from: string, type: string): Finding {
  const source = part.system.services.find(({ name }) => name === from)
  if (!source || source.publishes.some((contract) => contract.type === type)) return undefined
  if (part.mayHideEvent(from, type)) return undefined
  return { message: `is not published by the service "${from}"`, fix: nearest(part, source, type) }
}

/** Where the event may really be: with its own service, in another version, or among what there is. */
function nearest(part: ReadablePart, source: Service, type: string): string {
  const parts = eventTypeParts(type)
  const publisher = part.system.services.find(({ publishes }) => publishes.some((each) => each.type === type))
  if (publisher)
    return `The service "${publisher.name}" publishes it: name it under consumes.${publisher.name}.`
  const published = source.publishes.map((contract) => contract.type)
  const versions = published.filter((each) => {
    const other = eventTypeParts(each)
    return other !== undefined && other.service === parts?.service && other.name === parts.name
  })
  if (versions.length > 0) return `Of this event it publishes ${versions.join(', ')}.`
  return `It publishes ${published.length > 0 ? published.join(', ') : 'nothing yet'}.`
}
