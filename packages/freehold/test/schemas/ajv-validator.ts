import type { JsonSchema } from '@freehold/manifest'
import type { Ajv } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { withParts } from '../../src/schemas/index.js'

type Written = JsonSchema | boolean

/**
 * Another validator than the one that the comparison asks itself. Where it breaks down, which Ajv 8.20 does of some
 * `unevaluatedProperties` in alternatives, a property counts as not tried.
 */
export function ajvValidator(
  schema: Written,
  Draft: typeof Ajv | typeof Ajv2020 = Ajv2020,
): (value: unknown) => boolean {
  const ajv = new Draft({ strict: false, validateSchema: false, validateFormats: true })
  ajv.addFormat('uuid', /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
  const validate = ajv.compile(structuredClone(apart(schema)))
  return (value) => {
    try {
      return validate(value)
    } catch (error) {
      if (!(error instanceof TypeError)) throw error
      fc.pre(false)
      return false
    }
  }
}

const misread = ['contains', 'minContains', 'maxContains', 'uniqueItems']

/**
 * The same schema with what is said of all elements in a part of its own. Beside `prefixItems`, or `items` that allow nothing, Ajv
 * 8.20 takes an empty list for one that contains what it has to, and looks for the same element among those of `items` alone.
 */
function apart(schema: Written): Written {
  if (typeof schema === 'boolean') return schema
  const { allOf = [], ...said } = withParts(schema, apart)
  const isMisread = ([keyword]: [string, unknown]): boolean => misread.includes(keyword)
  const of = Object.entries(said).filter(isMisread)
  const others = Object.entries(said).filter((entry) => !isMisread(entry))
  const parts = [...(allOf as Written[]), ...(of.length > 0 ? [Object.fromEntries(of)] : [])]
  return { ...Object.fromEntries(others), ...(parts.length > 0 && { allOf: parts }) }
}
