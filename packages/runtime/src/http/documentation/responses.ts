/** The header of every answer that shows a version. */
const etag = {
  type: 'string',
  description: 'The version, quoted. Send it back as If-Match to change what you read.',
}

/**
 * An answer that shows a version, in its ETag.
 *
 * @param description - When it is answered.
 * @param schema - The name of the shared schema of its body.
 * @param headers - The schemas of its other headers.
 */
export function versionedResponse(
  description: string,
  schema: string,
  headers: Readonly<Record<string, object>> = {},
): object {
  return {
    description,
    headers: { etag, ...headers },
    content: { 'application/json': { schema: { $ref: `${schema}#` } } },
  }
}

/** An answer with a body that has no version. */
export function jsonResponse(description: string, schema: object): object {
  return { description, content: { 'application/json': { schema } } }
}

/** An answer with no body that shows a version. */
export function emptyVersionedResponse(description: string): object {
  return { type: 'null', description, headers: { etag } }
}

/** The answer to If-None-Match when nothing changed. */
export const notModified = { 304: emptyVersionedResponse('What you have is still current.') }

/** The headers of an operation that changes something. Whether If-Match is there is checked later: 428. */
export const ifMatchHeaders = {
  type: 'object',
  properties: {
    'if-match': {
      type: 'string',
      description: 'Required. The ETag you read, or * for any version.',
      examples: ['"1"'],
    },
  },
} as const

/** The headers of an operation that reads something with a version. */
export const ifNoneMatchHeaders = {
  type: 'object',
  properties: {
    'if-none-match': {
      type: 'string',
      description: 'The ETag you have: 304 when it is still current.',
      examples: ['"1"'],
    },
  },
} as const
