import type { Service } from '@freehold/manifest'
import { projectionSchemasOf, rolesOf } from '@freehold/manifest'
import type { FunctionGrant, SqlNames } from './names-in-sql.js'

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

/** Whose affair it is: a name of another's, a statement of the platform's, or a function without a search_path. */
export type ViolationKind = 'foreign-name' | 'platform-statement' | 'unsafe-definer'

/** Something that statements of a service do, and may not. */
export interface Violation {
  readonly kind: ViolationKind
  /** What they do: `speaks of auth.accounts`. */
  readonly says: string
}

/** What statements of a service do that only another service, or the platform, may do. */
export function ownershipViolations(service: Service, names: SqlNames): Violation[] {
  const own = [service.schema, ...Object.values<string>({ ...projectionSchemasOf(service) }), ...open]
  const foreign = names.qualified.filter(({ schema }) => !own.includes(schema) && schema !== 'freehold')
  // Freehold's functions are there to be called. Its tables are not there to be written.
  const strange = names.functionGrants.filter((grant) => !isOwnAffair(service, grant))
  const platform = [
    ...names.kinds.flatMap((kind) => platformStatements[kind] ?? []),
    ...strange.map(() => 'grants or revokes'),
  ]
  const says = (kind: ViolationKind, texts: readonly string[]): Violation[] =>
    [...new Set(texts)].map((text) => ({ kind, says: text }))
  return [
    ...says(
      'foreign-name',
      foreign.map(({ schema, name }) => `speaks of ${schema}.${name}`),
    ),
    ...says('platform-statement', platform),
    ...says(
      'unsafe-definer',
      names.unsafeDefiners.map((name) => `makes ${name} act for its owner without a search_path`),
    ),
  ]
}

/** Which of its functions its own app may call, the manifest does not say. */
function isOwnAffair(service: Service, { roles, functions }: FunctionGrant): boolean {
  const { app } = rolesOf(service)
  // A plain name is the server's before it is the service's.
  const isOwn = ({ schema, name }: FunctionGrant['functions'][number]): boolean =>
    schema === undefined ? !/^(?:pg|lo)_/.test(name) : schema === service.schema
  return roles.every((role) => role === app) && functions.every(isOwn)
}

/** The same in words. */
export function violations(service: Service, names: SqlNames): string[] {
  return ownershipViolations(service, names).map(({ says }) => says)
}
