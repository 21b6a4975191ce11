import type { Service, System } from '@freehold/manifest'
import {
  consumersOf,
  databaseOf,
  personalMembers,
  platformRole,
  projectionSchemasOf,
  rolesOf,
} from '@freehold/manifest'
import { expectedConsumerRecords } from './expected-consumers.js'
import { historyInsertColumns, historyTables, historyUpdateColumns } from '../migrations/history-objects.js'

/** A role as the server must have it. */
export interface ExpectedRole {
  readonly name: string
  readonly login: boolean
  readonly connection_limit: number
  readonly settings: readonly string[]
  readonly search_path: string | null
  readonly member_of: string | null
}

// A pool of ten in each of a few instances; a flood by one service must not take the server's last connection.
const appConnections = 50
const migratorConnections = 5

/** The roles of these services, and the platform's. */
export function expectedRoles(services: readonly Service[]): ExpectedRole[] {
  const role = (name: string): ExpectedRole => ({
    name,
    login: false,
    connection_limit: -1,
    settings: [],
    search_path: null,
    member_of: null,
  })
  return [
    role(platformRole),
    ...services.flatMap((service) => {
      const { owner, vault, migrator, app } = rolesOf(service)
      return [
        role(owner),
        role(vault),
        {
          ...role(migrator),
          login: true,
          connection_limit: migratorConnections,
          settings: [`role=${owner}`],
          search_path: service.schema,
          member_of: owner,
        },
        {
          ...role(app),
          login: true,
          connection_limit: appConnections,
          // Neither is a boundary against the service itself, but each stops an accident from filling the disk
          // or from holding back every vacuum of the server.
          settings: ['temp_file_limit=1GB', 'idle_in_transaction_session_timeout=60s'],
          search_path: service.schema,
        },
      ]
    }),
  ]
}

/** A database as the server must have it. */
export interface ExpectedDatabase {
  readonly name: string
  readonly owner: string
  readonly connect: readonly string[]
  readonly connection_limit: number
  readonly services: readonly Service[]
  /** Who may read the events of its services. */
  readonly subscriptions: readonly Subscription[]
  readonly personalEvents: readonly PersonalEvent[]
}

/** A type of event that one service may read of another. */
export interface Subscription {
  readonly service: string
  readonly consumer: string
  readonly type: string
}

/** An event with members that are about a person. */
export interface PersonalEvent {
  readonly service: string
  readonly type: string
  readonly purpose: string
  readonly fields: readonly string[]
}

/** The databases of these services: one each, or one for all. */
export function expectedDatabases(system: System, services: readonly Service[]): ExpectedDatabase[] {
  const names = new Set(services.map((service) => databaseOf(system, service)))
  return [...names].map((name) => {
    const inside = services.filter((service) => databaseOf(system, service) === name)
    const connect = inside.flatMap((service) => [rolesOf(service).migrator, rolesOf(service).app])
    const subscriptions = inside.flatMap((service) => subscriptionsTo(system, service))
    const personalEvents = inside.flatMap(personalEventsOf)
    return {
      name,
      owner: platformRole,
      connect,
      connection_limit: -1,
      services: inside,
      subscriptions,
      personalEvents,
    }
  })
}

function subscriptionsTo(system: System, service: Service): Subscription[] {
  return consumersOf(system, service.name).flatMap((reader) =>
    reader.types.map((type) => ({ service: service.name, consumer: reader.service, type })),
  )
}

function personalEventsOf({ name, publishes }: Service): PersonalEvent[] {
  return publishes.flatMap((contract) => {
    const personal = personalMembers(contract)
    if (personal === undefined) return []
    return [{ service: name, type: contract.type, purpose: personal.purpose, fields: personal.fields }]
  })
}

/** Services as `drift/schemas.sql` takes them. */
export function expectedSchemas(services: readonly Service[]): object[] {
  return services.map((service) => ({
    name: service.name,
    schema: service.schema,
    ...rolesOf(service),
    beside: hasProjections(service) ? Object.values(projectionSchemasOf(service)) : [],
  }))
}

function hasProjections({ owns }: Service): boolean {
  return Object.values(owns).some((table) => table.mutability === 'mutable' && table.projection !== undefined)
}

/** A table of Freehold's own: who may read the rows of its service, and which columns they insert and update. */
export interface ExpectedRecord {
  readonly name: string
  readonly writers: readonly string[]
  readonly columns: readonly string[]
  readonly updates?: readonly string[]
  readonly deletes?: boolean
}

/** Freehold's own tables as `drift/records.sql` takes them: who has a right to a table sees the rows of its own service. */
export function expectedRecords(services: readonly Service[]): ExpectedRecord[] {
  const writers = services.flatMap((service) => [rolesOf(service).owner, rolesOf(service).migrator])
  const readers = services.flatMap((service) => [rolesOf(service).owner, rolesOf(service).app])
  return [
    { name: 'service', writers: [], columns: [] },
    { name: 'owned_table', writers: [], columns: [] },
    { name: 'subscription', writers: readers, columns: [] },
    { name: 'personal_event', writers: readers, columns: [] },
    { name: 'epoch', writers: readers, columns: [] },
    { name: 'segment', writers: readers, columns: [] },
    { name: 'sealing', writers: [], columns: [] },
    { name: 'proof_columns', writers: readers, columns: [] },
    { name: 'segment_proof', writers: readers, columns: [] },
    { name: 'proof_part', writers: readers, columns: [] },
    { name: 'checkpoint', writers: readers, columns: [] },
    { name: 'archive', writers: readers, columns: [] },
    { name: 'proof', writers: [], columns: [] },
    ...historyTables.map((name) => ({
      name,
      writers,
      columns: historyInsertColumns[name],
      updates: historyUpdateColumns[name] ?? [],
    })),
    ...expectedConsumerRecords(services),
    { name: 'service_versions', writers, columns: [] },
    { name: 'statement_uses', writers, columns: [] },
    { name: 'projection_build', writers: readers, columns: [], updates: ['problem', 'verified'] },
  ]
}

/** The services and the tables that a database must remember, as `drift/registry.sql` takes them. */
export function expectedRegistry(services: readonly Service[]): { services: object[]; tables: object[] } {
  return {
    services: services.map((service) => {
      const { owner, vault, migrator, app } = rolesOf(service)
      return {
        name: service.name,
        schema_name: service.schema,
        owner_role: owner,
        vault_role: vault,
        migrator_role: migrator,
        app_role: app,
      }
    }),
    tables: services.flatMap((service) =>
      Object.entries(service.owns).map(([table_name, table]) => ({
        service: service.name,
        table_name,
        mutability: table.mutability,
        key_column: table.mutability === 'mutable' ? table.key : null,
        history_table: table.mutability === 'mutable' ? (table.history ?? null) : null,
        log_kind: table.mutability === 'immutable' ? table.kind : null,
        projection: table.mutability === 'mutable' ? (table.projection ?? null) : null,
        partition_rows: table.mutability === 'immutable' ? (table.partition?.rows ?? null) : null,
        personal: table.personal ?? null,
      })),
    ),
  }
}
