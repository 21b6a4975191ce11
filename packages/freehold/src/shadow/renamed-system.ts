import type { System } from '@freehold/manifest'

/** The same system in databases of other names. */
export function renamedSystem(system: System, rename: (database: string) => string): System {
  const { strategy } = system
  return {
    ...system,
    strategy:
      strategy.kind === 'shared-database' ? { ...strategy, database: rename(strategy.database) } : strategy,
    services: system.services.map((service) => ({ ...service, database: rename(service.database) })),
  }
}
