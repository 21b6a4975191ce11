/** Any JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** A JSON object. */
export type JsonObject = { readonly [key: string]: Json }

/** As much of an OpenAPI 3.1 document as merging looks at. */
export interface ApiDocument extends JsonObject {
  readonly openapi: string
  readonly info: JsonObject
  readonly paths: { readonly [path: string]: JsonObject }
}

/** Whether a value is a JSON object. */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Whether what a service sent is an OpenAPI 3 document. */
export function isApiDocument(value: Json): value is ApiDocument {
  if (!isObject(value) || typeof value.openapi !== 'string' || !value.openapi.startsWith('3.')) return false
  return isObject(value.info) && isObject(value.paths) && Object.values(value.paths).every(isObject)
}

/** The methods that a path can have operations for. */
export const operationMethods: ReadonlySet<string> = new Set([
  'get',
  'put',
  'post',
  'delete',
  'options',
  'head',
  'patch',
  'trace',
])
