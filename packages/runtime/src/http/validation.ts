import type { FastifySchemaValidationError } from 'fastify'
import { HttpProblem } from './problem.js'
import { pointerTo } from './text.js'

/** More are not listed: a client mends a few and asks again. */
const mostErrors = 20

const locations: Readonly<Record<string, string>> = { body: 'body', querystring: 'query', headers: 'header' }

/**
 * The problem for a request that its schema refuses: 400 with a pointer and a sentence for each error. An
 * id in the path that has not even the form of one names nothing: 404.
 *
 * @param errors - Ajv's.
 * @param context - The part of the request, as Fastify calls it.
 */
export function validationProblem(
  errors: readonly FastifySchemaValidationError[],
  context = 'body',
): HttpProblem {
  if (context === 'params')
    return new HttpProblem(404, { slug: 'not-found', detail: 'There is nothing here.' })
  const location = locations[context] ?? context
  const listed = errors
    .filter((error) => error.keyword !== 'if')
    .slice(0, mostErrors)
    .map((error) => ({ in: location, pointer: placeOf(error), detail: detailOf(error) }))
  return new HttpProblem(400, {
    slug: 'invalid-request',
    title: 'The request is not valid',
    detail: `The ${location} has ${listed.length === 1 ? 'an error' : `${listed.length} errors`}.`,
    extensions: { errors: listed },
  })
}

function placeOf({ instancePath, params }: FastifySchemaValidationError): string {
  const name = params['missingProperty'] ?? params['additionalProperty'] ?? params['unevaluatedProperty']
  return `#${instancePath}${typeof name === 'string' ? pointerTo([name]).slice(1) : ''}`
}

function detailOf(error: FastifySchemaValidationError): string {
  const { keyword, params, message = 'is not valid' } = error
  const says: Readonly<Record<string, () => string>> = {
    required: () => 'is required',
    additionalProperties: () => 'is not known',
    unevaluatedProperties: () => 'is not known',
    type: () => `must be ${article(String(params['type']))}`,
    format: () => `must be a valid ${String(params['format'])}`,
    enum: () =>
      `must be one of ${(params['allowedValues'] as unknown[]).map((value) => JSON.stringify(value)).join(', ')}`,
    const: () => `must be ${JSON.stringify(params['allowedValue'])}`,
    pattern: () => 'does not have the form that is asked for',
    minLength: () => `must have at least ${count(params['limit'], 'character')}`,
    maxLength: () => `must have at most ${count(params['limit'], 'character')}`,
    minItems: () => `must have at least ${count(params['limit'], 'item')}`,
    maxItems: () => `must have at most ${count(params['limit'], 'item')}`,
    minProperties: () => `must have at least ${count(params['limit'], 'property')}`,
    minimum: () => `must be at least ${String(params['limit'])}`,
    maximum: () => `must be at most ${String(params['limit'])}`,
  }
  return says[keyword]?.() ?? message
}

function article(type: string): string {
  const types = type.split(',')
  return types
    .map((name) => (name === 'null' ? 'null' : `${/^[aio]/.test(name) ? 'an' : 'a'} ${name}`))
    .join(' or ')
}

function count(limit: unknown, what: string): string {
  return `${String(limit)} ${limit === 1 ? what : what.replace(/y$/, 'ie') + 's'}`
}
