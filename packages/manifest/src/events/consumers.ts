import { serviceNamed, type System } from '../system.js'

/** Who hears another service's events, and which of them. */
export interface EventConsumer {
  readonly service: string
  /** The types that it consumes: at least one. */
  readonly types: readonly string[]
}

/**
 * Who may read a service's events: nobody else is let in.
 *
 * @param serviceName - The service that publishes.
 * @throws FreeholdError `FREEHOLD_MANIFEST_UNKNOWN_SERVICE` when the system has no such service.
 */
export function consumersOf(system: System, serviceName: string): EventConsumer[] {
  const { name } = serviceNamed(system, serviceName)
  return system.services.flatMap((service) => {
    const types = Object.hasOwn(service.consumes, name) ? service.consumes[name] : undefined
    return types === undefined || types.length === 0 ? [] : [{ service: service.name, types }]
  })
}
