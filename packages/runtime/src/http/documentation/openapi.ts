import type { FastifySchema } from 'fastify'

/** What an API says of itself. */
export interface ApiDescription {
  readonly title: string
  readonly version: string
  readonly description: string
  /** Groups of operations, in the order in which they are shown. */
  readonly tags: readonly { readonly name: string; readonly description: string }[]
  /** Where a client gets the access token that every operation needs. */
  readonly accessToken: string
}

/** As much of the options of `@fastify/swagger` as there is to say. */
export interface OpenapiOptions {
  openapi: {
    openapi: string
    info: { title: string; version: string; description: string }
    tags: { name: string; description: string }[]
    components: { securitySchemes: Record<string, SecurityScheme> }
    security: Record<string, string[]>[]
  }
  transform: typeof requiringIfMatch
  refResolver: { buildLocalReference: typeof nameOfShared }
}

interface SecurityScheme {
  type: 'http'
  scheme: string
  bearerFormat: string
  description: string
}

/**
 * The options for an API whose operations all need an access token. Its operations come with
 * their routes; schemas that are shared by `$id` keep that name.
 *
 * @param api - What it says of itself.
 */
export function openapiOptions({
  title,
  version,
  description,
  tags,
  accessToken,
}: ApiDescription): OpenapiOptions {
  return {
    openapi: {
      openapi: '3.1.0',
      info: { title, version, description },
      tags: [...tags],
      components: {
        securitySchemes: {
          accessToken: {
            type: 'http',
            scheme: 'bearer',
            bearerFormat: 'JWT',
            description: accessToken,
          },
        },
      },
      security: [{ accessToken: [] }],
    },
    transform: requiringIfMatch,
    refResolver: { buildLocalReference: nameOfShared },
  }
}

/** The name of a shared schema in the document: its `$id`. Made for the `refResolver` of `@fastify/swagger`. */
export function nameOfShared(
  schema: { readonly $id?: unknown },
  _base: unknown,
  _fragment: unknown,
  index: number,
): string {
  return typeof schema.$id === 'string' ? schema.$id : `schema-${index}`
}

/** If-Match is required. The routes' schemas do not say so, because without it the answer is 428 and not 400. */
function requiringIfMatch<S extends FastifySchema>(route: {
  schema: S
  url: string
}): { schema: S; url: string } {
  const { schema, url } = route
  const { headers } = schema as { headers?: { properties?: object } }
  if (headers?.properties === undefined || !('if-match' in headers.properties)) return { schema, url }
  return { schema: { ...schema, headers: { ...headers, required: ['if-match'] } }, url }
}
