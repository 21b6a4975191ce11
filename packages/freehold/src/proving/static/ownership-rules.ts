import type { Service } from '@freehold/manifest'
import { projectionSchemasOf } from '@freehold/manifest'
import type { SqlNames } from './names-in-sql.js'

/** Schemas that whoever is connected may speak of. */
const open = ['pg_catalog', 'information_schema', 'pg_temp']

/** Statements that are the platform's affair, and what each would do. */
const platformStatements: Readonly<Record<string, string>> = {
  GrantStmt: 'grants or revokes',
  GrantRoleStmt: 'grants a role',
  AlterDefaultPrivilegesStmt: 'changes default privileges',
  AlterOwnerStmt: 'changes an owner',
  CreateRoleStmt: 'makes a role',
  AlterRoleStmt: 'alters a role',
  AlterRoleSetStmt: 'alters a role',
  DropRoleStmt: 'drops a role',
  DropOwnedStmt: 'drops what a role owns',
  ReassignOwnedStmt: 'takes what a role owns',
  CreateSchemaStmt: 'makes a schema',
  CreatedbStmt: 'makes a database',
  DropdbStmt: 'drops a database',
  AlterDatabaseStmt: 'alters a database',
  AlterDatabaseSetStmt: 'alters a database',
  AlterSystemStmt: 'changes the server',
  CreateEventTrigStmt: 'makes an event trigger',
  AlterEventTrigStmt: 'alters an event trigger',
  CreateFdwStmt: 'makes a foreign data wrapper',
  CreateForeignServerStmt: 'makes a foreign server',
  CreateUserMappingStmt: 'makes a user mapping',
  CreateSubscriptionStmt: 'makes a subscription',
  CreatePublicationStmt: 'makes a publication',
  CreateCastStmt: 'makes a cast',
}

/** What statements of a service do that only another service, or the platform, may do. */
export function violations(service: Service, names: SqlNames): string[] {
  const own = [service.schema, ...Object.values<string>({ ...projectionSchemasOf(service) }), ...open]
  const foreign = names.qualified.filter(({ schema }) => !own.includes(schema) && schema !== 'freehold')
  // Freehold's functions are there to be called. Its tables are not there to be written.
  const platform = names.kinds.flatMap((kind) => platformStatements[kind] ?? [])
  return [
    ...new Set([
      ...foreign.map(({ schema, name }) => `speaks of ${schema}.${name}`),
      ...platform,
      ...names.unsafeDefiners.map((name) => `makes ${name} act for its owner without a search_path`),
    ]),
  ]
}
