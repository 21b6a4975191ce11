import type { Static, TObject } from 'typebox'
import type { Personal } from '../table.js'

/** A JSON Schema as plain data. */
export type JsonSchema = Readonly<Record<string, unknown>>

/** Exist for the compiler alone: they carry the type of the data, and its personal members, through the manifest. */
declare const dataOf: unique symbol
declare const personalOf: unique symbol

/**
 * What one version of an event says, as plain data. A contract never changes once it is published: what
 * breaks a consumer is a new version, with a type of its own.
 */
export interface EventContract<
  Data = unknown,
  Type extends string = string,
  PersonalMember extends string = never,
> {
  /** `<service>.<kebab-name>.v<version>`, as `notes.note-revised.v1`. */
  readonly type: Type
  /** The member of the data, a string, by which events are kept in order. It is CloudEvents' `subject`. */
  readonly key: string
  /** The JSON Schema of the data. It is complete in itself, without `$ref`. */
  readonly data: JsonSchema
  readonly description?: string
  /** The members of the data that are about a person: they travel and are kept sealed under that person's key. */
  readonly personal?: Personal
  readonly [dataOf]?: Data
  /** As a parameter of a function, so that one with personal members is a contract like any other. */
  readonly [personalOf]?: (member: PersonalMember) => void
}

/** The type of a contract's data: `DataOf<typeof NoteRevised>`. */
export type DataOf<Contract extends EventContract> = Contract extends EventContract<infer Data> ? Data : never

/** The names of the members of a contract's data that are personal; `never` where none is. */
export type PersonalOf<Contract extends EventContract> =
  Contract extends EventContract<unknown, string, infer Member> ? Member : never

/** The members of the data that are strings and always there. */
type KeyOf<Data> = { [Member in keyof Data]-?: Data[Member] extends string ? Member : never }[keyof Data] &
  string

/** What a team writes of the members of an event that are about a person. */
export interface PersonalDefinition<Subject extends string, Field extends string> {
  /** The required string of the data that says about whom they are: it stays as it is. */
  subject: Subject
  /** The members that are about that person. Neither the key nor the subject can be one of them. */
  fields: readonly Field[]
  /** For what they are kept: a person can be forgotten for one purpose. The name of the service when absent. */
  purpose?: string
}

/** What a team writes for an event. */
export interface EventDefinition<
  Type extends string,
  Schema extends TObject,
  Key extends string = KeyOf<Static<Schema>>,
  Subject extends string = string,
  Field extends string = string,
> {
  /** `<service>.<kebab-name>.v<version>`: at most 128 characters, and the service is the one that publishes. */
  type: Type
  /** A required string of the data. Order is kept among events of one key. */
  key: Key
  /** The data, as TypeBox's `Type.Object({ … })`, of what JSON Schema can say: no refinements, codecs or `$ref`. */
  data: Schema
  description?: string
  /** The members that are about a person: they are sealed when the event is appended, and can be forgotten. */
  personal?: PersonalDefinition<Subject, Field>
}

/**
 * Declares one version of an event. Nothing is judged here: `defineSystem` reports all that is wrong with
 * what a service publishes.
 *
 * @param definition - Its type, its key, the schema of its data, and which of its members are personal.
 * @returns The contract, which a service names in `publishes` and others in `consumes`.
 */
export function defineEvent<
  const Type extends string,
  Schema extends TObject,
  const Key extends KeyOf<Static<Schema>>,
  const Subject extends KeyOf<Static<Schema>> = never,
  const Field extends Exclude<keyof Static<Schema> & string, Key | Subject> = never,
>(
  definition: EventDefinition<Type, Schema, Key, Subject, Field>,
): EventContract<Static<Schema>, Type, Field> {
  const { type, key, data, description, personal } = definition
  // The schema itself and not a copy: a copy would lose refinements and codecs before they can be reported.
  const schema = data as unknown as JsonSchema
  return {
    type,
    key,
    data: schema,
    ...(description !== undefined && { description }),
    ...(personal !== undefined && { personal }),
  }
}
