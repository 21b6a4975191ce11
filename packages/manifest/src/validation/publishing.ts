import { eventTypeParts, longestEventType } from '../events/event-type.js'
import { eventsLogOf } from '../events/events-log.js'
import { logsOfKind } from '../logs-of.js'
import type { Service } from '../service.js'
import { contractProblems } from './contract.js'
import type { ManifestProblem } from './problem.js'
import type { ReadablePart } from './readable-part.js'

type Finding = Omit<ManifestProblem, 'path'>

/** Events that are not the service's own or have nowhere to go, and contracts that others cannot use. */
export function publishingProblems(part: ReadablePart): ManifestProblem[] {
  return part.system.services.flatMap((service) => [
    ...logProblems(part, service),
    ...service.publishes.flatMap((contract, index) => {
      const path = `services.${service.name}.publishes.${contract.type}`
      const twice = service.publishes.slice(0, index).some(({ type }) => type === contract.type)
      if (twice)
        return [{ path, message: 'is published twice', fix: 'Remove one, or give it a new version.' }]
      return [
        ...typeProblems(service, contract.type).map((problem) => ({ path, ...problem })),
        ...contractProblems(contract, path),
      ]
    }),
  ])
}

function logProblems(part: ReadablePart, service: Service): ManifestProblem[] {
  const log = eventsLogOf(service)
  const path = `services.${service.name}`
  if (log === undefined) {
    if (service.publishes.length === 0 || part.mayHideLog(service.name)) return []
    const fix = "Add to owns: events: immutable({ kind: 'events' })."
    return [{ path: `${path}.publishes`, message: 'has no log that events are appended to', fix }]
  }
  return logsOfKind(service, 'events')
    .slice(1)
    .map((name) => ({
      path: `${path}.owns.${name}`,
      message: `is a second log of events beside "${log}"`,
      fix: 'A service has one, so that its events have one order: give this one another kind, or remove it.',
    }))
}

function typeProblems(service: Service, type: string): Finding[] {
  const parts = eventTypeParts(type)
  if (!parts) {
    const fix = `Write <service>.<kebab-name>.v<version>, at most ${longestEventType} characters: ${service.name}.thing-done.v1.`
    return [{ message: `"${type}" is not a type of an event`, fix }]
  }
  if (parts.service === service.name) return []
  const own = `${service.name}.${parts.name}.v${type.slice(type.lastIndexOf('.v') + 2)}`
  return [
    {
      message: `is an event of the service "${parts.service}"`,
      fix: `A service publishes its own events: name it ${own}, or let that service publish it.`,
    },
  ]
}
