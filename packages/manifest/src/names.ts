import type { Service } from './service.js'
import type { System } from './system.js'

/** The four roles of a service. */
export interface ServiceRoles {
  /** Owns the mutable tables. Nobody logs in as it. */
  readonly owner: string
  /** Owns the immutable tables. Nobody logs in as it, and no role is a member of it. */
  readonly vault: string
  /** Logs in to migrate, and may then act as the owner. */
  readonly migrator: string
  /** The running service logs in as this. */
  readonly app: string
}

/** The role that owns databases and schemas. Nobody logs in as it. */
export const platformRole = 'freehold_platform'

/** The schema of Freehold's own functions and records, in every database that it provisions. */
export const platformSchema = 'freehold'

/** The names of a service's roles. */
export function rolesOf(service: Pick<Service, 'name'>): ServiceRoles {
  return {
    owner: `${service.name}_owner`,
    vault: `${service.name}_vault`,
    migrator: `${service.name}_migrator`,
    app: `${service.name}_app`,
  }
}

/** The database that a service's schema lives in under the system's strategy. */
export function databaseOf(system: Pick<System, 'strategy'>, service: Pick<Service, 'database'>): string {
  return system.strategy.kind === 'shared-database' ? system.strategy.database : service.database
}

/** The function that writes a mutable table's revisions into its history. */
export function historyFunctionOf(service: Pick<Service, 'name'>, table: string): string {
  return `${service.name}__${table}__history`
}

/** Where the tables of a service are that stand beside a projection, as the schemas of the same name in SQL. */
export function projectionSchemasOf(service: Pick<Service, 'schema'>): { rebuild: string; retired: string } {
  return { rebuild: `${service.schema}_rebuild`, retired: `${service.schema}_retired` }
}
