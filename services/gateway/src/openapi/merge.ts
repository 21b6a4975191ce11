import { mergedComponents } from './components.js'
import { isObject, type ApiDocument, type JsonObject } from './document.js'
import { describePath, doorComponents } from './operations.js'

/** A service's document, or what is known in its place. */
export interface Part {
  /** The name of the service. */
  readonly service: string
  /** Paths that the door routes to it; others in its document are internal. */
  readonly prefix: string
  /** Absent when the service has not been reached yet. */
  readonly document: ApiDocument | undefined
}

const introduction = `The API of the notes system, behind one door. Errors are problem documents (RFC 9457). Whatever can change
carries an \`ETag\`; writing it needs \`If-Match\`.`

const bearer = {
  type: 'http',
  scheme: 'bearer',
  bearerFormat: 'JWT',
  description: 'The `accessToken` that `POST /api/auth/login` gives.',
}

/**
 * One OpenAPI 3.1 document from those of the services.
 *
 * @param parts - In the order in which they are shown.
 * @param server - The public address.
 */
export function mergeDocuments(parts: readonly Part[], server: string): ApiDocument {
  const components = mergedComponents()
  const takenIds = new Set<string>()
  const paths: Record<string, JsonObject> = {}
  const tags: JsonObject[] = []
  const door: ApiDocument = { openapi: '3.1.0', info: {}, paths: {}, components: doorComponents }
  components.add('gateway', door)

  for (const { service, prefix, document } of parts) {
    if (document === undefined) continue
    const mend = components.add(service, document)
    for (const [path, item] of Object.entries(document.paths)) {
      if (path !== prefix && !path.startsWith(`${prefix}/`)) continue
      paths[path] = describePath(path, mend(item), service, takenIds)
    }
    for (const tag of tagsOf(document, service))
      if (!tags.some((known) => known.name === tag.name)) tags.push(tag)
  }

  const missing = parts.filter((part) => part.document === undefined).map((part) => part.service)
  return {
    openapi: '3.1.0',
    info: {
      title: 'Notes',
      version: versionOf(parts),
      description:
        missing.length === 0
          ? introduction
          : `${introduction}\n\n**Not shown, because it cannot be reached now: ${missing.join(', ')}.**`,
      ...(missing.length > 0 && { 'x-unavailable': missing }),
    },
    servers: [{ url: server }],
    security: [{ bearer: [] }],
    tags,
    paths,
    components: { ...components.all(), securitySchemes: { bearer } },
  }
}

/** A service's own groups of operations, or one for all of it. */
function tagsOf({ tags, info }: ApiDocument, service: string): JsonObject[] {
  if (Array.isArray(tags)) return tags.filter(isObject)
  return [{ name: service, ...(typeof info.description === 'string' && { description: info.description }) }]
}

function versionOf(parts: readonly Part[]): string {
  const versions = parts.map(({ document }) => (isObject(document?.info) ? document.info.version : undefined))
  return versions.find((version): version is string => typeof version === 'string') ?? '0.0.0'
}
