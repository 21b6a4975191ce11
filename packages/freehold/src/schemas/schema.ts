/** A JSON Schema of draft 2020-12, as it is compared: without annotations, and with references that resolve. */
export type Schema = boolean | SchemaObject

/** The keywords that say which values are valid. What is none of them says nothing of values, and was taken out. */
export interface SchemaObject {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly allOf?: readonly Schema[]
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly not?: Schema
  readonly if?: Schema
  readonly then?: Schema
  readonly else?: Schema
  readonly minimum?: number
  readonly maximum?: number
  readonly exclusiveMinimum?: number
  readonly exclusiveMaximum?: number
  readonly multipleOf?: number
  readonly minLength?: number
  readonly maxLength?: number
  readonly pattern?: string
  readonly format?: string
  readonly prefixItems?: readonly Schema[]
  readonly items?: Schema
  readonly minItems?: number
  readonly maxItems?: number
  readonly uniqueItems?: boolean
  readonly contains?: Schema
  readonly minContains?: number
  readonly maxContains?: number
  readonly unevaluatedItems?: Schema
  readonly properties?: Readonly<Record<string, Schema>>
  readonly patternProperties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: Schema
  readonly propertyNames?: Schema
  readonly required?: readonly string[]
  readonly dependentRequired?: Readonly<Record<string, readonly string[]>>
  readonly dependentSchemas?: Readonly<Record<string, Schema>>
  readonly minProperties?: number
  readonly maxProperties?: number
  readonly unevaluatedProperties?: Schema
  /**
   * Where `unevaluatedProperties` or `unevaluatedItems` depend on what else holds: the text of all that stands beside
   * them. They are compared by it, equal or not known.
   */
  readonly $whole?: string
  /** The alternatives of `oneOf` as they were written, where they are written another way now. */
  readonly $choice?: string
  /** Keywords that nobody can tell the meaning of: compared by their text, equal or not known. */
  readonly $unclear?: Readonly<Record<string, unknown>>
}

/** The six kinds of values that JSON has. */
export const kinds = ['null', 'boolean', 'number', 'string', 'array', 'object'] as const

/** A kind of value. */
export type Kind = (typeof kinds)[number]

/** The kind of a value. */
export function kindOf(value: unknown): Kind {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  return typeof value as Kind
}

/** Whether a value has members. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The names of types that a schema lists; undefined when it lists none. */
export function typesOf({ type }: SchemaObject): readonly string[] | undefined {
  return typeof type === 'string' ? [type] : type
}

/** A JSON text that is the same for equal values, whatever the order of their members. */
export function textOf(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
}
