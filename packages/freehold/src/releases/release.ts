import type { EventContract, RecordedStatement, Service } from '@freehold/manifest'
import type { SchemaSnapshot } from './schema-snapshot.js'

/** A version of a service as it was released: the folder `<service folder>/releases/<version>`. */
export interface Release {
  readonly folder: string
  readonly service: string
  readonly version: string
  /** Those that it was built with, in order. */
  readonly migrations: readonly ReleasedMigration[]
  /** Its part of the manifest. */
  readonly manifest: Service
  readonly schema: SchemaSnapshot
  readonly statements: readonly RecordedStatement[]
  readonly publishes: readonly EventContract[]
  /** The types that it hears, by who publishes them. */
  readonly consumes: Readonly<Record<string, readonly string[]>>
  /**
   * The contracts of these types as it knew them, by who publishes them. Undefined where there are none, and in a release
   * from before they were recorded.
   */
  readonly consumed?: Readonly<Record<string, readonly EventContract[]>>
  /** Where it has an API. */
  readonly openapi?: Readonly<Record<string, unknown>>
}

/** A migration as a release remembers it. */
export interface ReleasedMigration {
  readonly number: number
  readonly name: string
  /** SHA-256 of its text, in hexadecimal. */
  readonly checksum: string
}
