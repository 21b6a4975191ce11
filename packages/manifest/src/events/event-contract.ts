import type { Static, TObject } from 'typebox'

/** A JSON Schema as plain data. */
export type JsonSchema = Readonly<Record<string, unknown>>

/** Exists for the compiler alone: it carries the type of the data through the manifest. */
declare const dataOf: unique symbol

/**
 * What one version of an event says, as plain data. A contract never changes once it is published: what
 * breaks a consumer is a new version, with a type of its own.
 */
export interface EventContract<Data = unknown, Type extends string = string> {
  /** `<service>.<kebab-name>.v<version>`, as `notes.note-revised.v1`. */
  readonly type: Type
  /** The member of the data, a string, by which events are kept in order. It is CloudEvents' `subject`. */
  readonly key: string
  /** The JSON Schema of the data. It is complete in itself, without `$ref`. */
  readonly data: JsonSchema
  readonly description?: string
  readonly [dataOf]?: Data
}

/** The type of a contract's data: `DataOf<typeof NoteRevised>`. */
export type DataOf<Contract extends EventContract> = Contract extends EventContract<infer Data> ? Data : never

/** The members of the data that are strings and always there. */
type KeyOf<Data> = { [Member in keyof Data]-?: Data[Member] extends string ? Member : never }[keyof Data] &
  string

/** What a team writes for an event. */
export interface EventDefinition<Type extends string, Schema extends TObject> {
  /** `<service>.<kebab-name>.v<version>`: at most 128 characters, and the service is the one that publishes. */
  type: Type
  /** A required string of the data. Order is kept among events of one key. */
  key: KeyOf<Static<Schema>>
  /** The data, as TypeBox's `Type.Object({ … })`, of what JSON Schema can say: no refinements, codecs or `$ref`. */
  data: Schema
  description?: string
}

/**
 * Declares one version of an event. Nothing is judged here: `defineSystem` reports all that is wrong with
 * what a service publishes.
 *
 * @param definition - Its type, its key and the schema of its data.
 * @returns The contract, which a service names in `publishes` and others in `consumes`.
 */
export function defineEvent<const Type extends string, Schema extends TObject>(
  definition: EventDefinition<Type, Schema>,
): EventContract<Static<Schema>, Type> {
  const { type, key, data, description } = definition
  // The schema itself and not a copy: a copy would lose refinements and codecs before they can be reported.
  const schema = data as unknown as JsonSchema
  return { type, key, data: schema, ...(description === undefined ? {} : { description }) }
}
