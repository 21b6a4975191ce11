import type { Service } from '@freehold/manifest'
import Type, { type TSchema } from 'typebox'
import type { Release } from './release.js'
import { schemaSnapshot } from './schema-snapshot.js'

const text = Type.String()
const anything = Type.Record(text, Type.Unknown())

/** What `release.json` must be. */
export const releaseFile = Type.Object({
  format: Type.Literal('freehold-release/1'),
  service: text,
  version: text,
  migrations: Type.Array(
    Type.Object({
      number: Type.Integer({ minimum: 1 }),
      name: text,
      checksum: Type.String({ pattern: '^[0-9a-f]{64}$' }),
    }),
  ),
})

/** What `manifest.json` must be: events are in a file of their own. */
export const manifestFile = Type.Object({
  name: text,
  database: text,
  schema: text,
  owns: Type.Record(text, Type.Object({ mutability: text })),
  references: anything,
  migrations: text,
})

/** What `events.json` must be. */
export const eventsFile = Type.Object({
  format: Type.Literal('freehold-events/1'),
  publishes: Type.Array(Type.Object({ type: text, key: text, data: anything })),
  consumes: Type.Record(text, Type.Array(text)),
})

/** What `consumed-events.json` must be. */
export const consumedEventsFile = Type.Object({
  format: Type.Literal('freehold-consumed-events/1'),
  contracts: Type.Record(
    text,
    Type.Array(
      Type.Object({
        type: text,
        key: text,
        data: anything,
        personal: Type.Optional(Type.Object({ subject: text, fields: Type.Array(text), purpose: text })),
      }),
    ),
  ),
})

/** What a file of recorded statements must be. */
export const statementsFile = Type.Object({
  format: Type.Literal('freehold-statements/1'),
  service: text,
  version: text,
  statements: Type.Array(
    Type.Object({
      text,
      parameters: Type.Array(text),
      sentFrom: Type.Optional(text),
      isNamed: Type.Optional(Type.Boolean()),
    }),
  ),
})

/** What `openapi.json` must be. */
export const openapiFile = Type.Object({ openapi: Type.String({ pattern: '^3\\.' }) })

/** The files of a release, and what each must be. */
export const releaseFiles = {
  'release.json': releaseFile,
  'manifest.json': manifestFile,
  'schema.json': schemaSnapshot,
  'statements.json': statementsFile,
  'events.json': eventsFile,
} as const satisfies Record<string, TSchema>

/** What each file of a release holds. */
export function contentsOf(release: Omit<Release, 'folder'>): Readonly<Record<string, object>> {
  const { service, version, migrations, schema, statements, publishes, consumes, consumed, openapi } = release
  return {
    'release.json': { format: 'freehold-release/1', service, version, migrations },
    'manifest.json': withoutEvents(release.manifest),
    'schema.json': schema,
    'statements.json': { format: 'freehold-statements/1', service, version, statements },
    'events.json': { format: 'freehold-events/1', publishes, consumes },
    ...(consumed &&
      Object.keys(consumed).length > 0 && {
        'consumed-events.json': { format: 'freehold-consumed-events/1', contracts: consumed },
      }),
    ...(openapi && { 'openapi.json': openapi }),
  }
}

function withoutEvents(manifest: Service): object {
  const { name, database, schema, owns, references, migrations } = manifest
  return { name, database, schema, owns, references, migrations }
}
