import { perhaps } from './accepts.js'
import type { Schema } from './schema.js'
import {
  elementOf,
  least,
  memberOf,
  most,
  numberBounds,
  requiredOf,
  shapesOf,
  type Context,
  type OpenShape,
  type Shape,
} from './shapes.js'

/** Whether it is seen that no value has a shape and is valid under a schema. */
export function isDisjoint(shape: Shape, schema: Schema, context: Context): boolean {
  if (shape.kind === 'value') return !perhaps(schema, shape.value, context)
  if (context.depth > 6 || context.effort.left < 0) return false
  return shapesOf(schema, context)?.every((other) => areApart(shape, other, context)) ?? false
}

function areApart(one: OpenShape, other: Shape, context: Context): boolean {
  if (other.kind === 'value')
    return !one.all.every((each) => perhaps(each, other.value, context)) || !isOfKind(one, other.value)
  if (one.kind !== other.kind) return true
  switch (one.kind) {
    case 'number': {
      const [a, b] = [numberBounds(one), numberBounds(other)]
      return (
        numberBounds({ ...one, isInteger: one.isInteger || other.isInteger, all: [...one.all, ...other.all] })
          .isEmpty ||
        a.low > b.high ||
        b.low > a.high
      )
    }
    case 'string':
      return areLengthsApart(one, other, 'minLength', 'maxLength')
    case 'array':
      return areLengthsApart(one, other, 'minItems', 'maxItems') || areElementsApart(one, other, context)
    case 'object':
      return [...new Set([...requiredOf(one), ...requiredOf(other)])].some((name) =>
        areSchemasApart(memberOf(one, name), memberOf(other, name), context),
      )
  }
}

function isOfKind({ kind }: OpenShape, value: unknown): boolean {
  if (kind === 'array') return Array.isArray(value)
  if (kind === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value)
  return typeof value === kind
}

function areLengthsApart(
  one: OpenShape,
  other: OpenShape,
  low: 'minLength' | 'minItems',
  high: 'maxLength' | 'maxItems',
): boolean {
  return most(one, low) > least(other, high) || most(other, low) > least(one, high)
}

function areElementsApart(one: OpenShape, other: OpenShape, context: Context): boolean {
  const certain = Math.min(8, Math.max(most(one, 'minItems'), most(other, 'minItems')))
  return Array.from({ length: certain }).some((_, index) =>
    areSchemasApart(elementOf(one, index), elementOf(other, index), context),
  )
}

function areSchemasApart(one: Schema, other: Schema, context: Context): boolean {
  const deeper = { ...context, depth: context.depth + 1 }
  return shapesOf(one, deeper)?.every((shape) => isDisjoint(shape, other, deeper)) ?? false
}
