import { Type, type Static, type TSchema, type TUnsafe } from 'typebox'

/** A schema that takes null too. One schema with two types, so that a wrong value is one error and not three. */
export function orNull<S extends TSchema & { type: string }>(schema: S): TUnsafe<Static<S> | null> {
  return Type.Unsafe<Static<S> | null>({ ...schema, type: [schema.type, 'null'] })
}
