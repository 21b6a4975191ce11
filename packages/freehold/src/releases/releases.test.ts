import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineService, defineSystem, mutable, databasePerService } from '@freehold/manifest'
import { beforeEach, expect, test } from 'vitest'
import { refuseForeign } from './foreign-statements.js'
import { readReleases } from './read-releases.js'
import { readRecordings } from './recordings.js'
import type { Release } from './release.js'
import { schemaDifferences } from './schema-differences.js'
import type { SchemaSnapshot } from './schema-snapshot.js'
import { compareVersions } from './version.js'
import { writeRelease } from './write-release.js'

const service = defineService({ name: 'notes', database: 'notes_db', owns: { notes: mutable() } })
const other = defineService({ name: 'user', database: 'user_db', owns: { profiles: mutable() } })
const system = defineSystem({ name: 'x', strategy: databasePerService(), services: [service, other] })
const schema: SchemaSnapshot = {
  format: 'freehold-schema/1',
  tables: [
    {
      name: 'notes',
      kind: 'table',
      columns: [
        { name: 'id', type: 'uuid', notNull: true },
        { name: 'title', type: 'text' },
      ],
      indexes: [{ name: 'by_title', definition: 'CREATE INDEX by_title ON notes USING btree (title)' }],
    },
  ],
  types: [],
  sequences: [],
  functions: [],
}
const release = (version: string): Omit<Release, 'folder'> => ({
  service: 'notes',
  version,
  migrations: [{ number: 1, name: 'notes', checksum: 'a'.repeat(64) }],
  manifest: service,
  schema,
  statements: [{ text: 'select $1', parameters: ['string'], sentFrom: 'src/a.ts:1' }],
  publishes: [],
  consumes: {},
})

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'freehold releases '))
  return () => rm(folder, { recursive: true })
})

test('what was written is read again, the newest last', async () => {
  const versions = ['0.2.0', '0.10.0', '0.10.0-rc.2', '0.9.1', '0.10.0-rc.10']
  for (const version of versions)
    expect(await writeRelease(folder, release(version))).toMatchObject({ isNew: true })
  await mkdir(join(folder, 'releases', 'notes of mine'))
  const read = await readReleases(folder)
  expect(read.map(({ version }) => version)).toEqual([
    '0.2.0',
    '0.9.1',
    '0.10.0-rc.2',
    '0.10.0-rc.10',
    '0.10.0',
  ])
  expect(read[0]).toEqual({ ...release('0.2.0'), folder: join(folder, 'releases', '0.2.0') })
})

test('a service without releases has none', async () => {
  expect(await readReleases(folder)).toEqual([])
})

test('a version that is there is not replaced, and the same again is fine', async () => {
  await writeRelease(folder, release('1.0.0'))
  expect(await writeRelease(folder, release('1.0.0'))).toMatchObject({ isNew: false })
  await expect(writeRelease(folder, { ...release('1.0.0'), statements: [] })).rejects.toMatchObject({
    code: 'FREEHOLD_RELEASE_EXISTS',
    details: { differing: ['statements.json'] },
  })
  expect((await readReleases(folder))[0]?.statements).toHaveLength(1)
})

test('the files are short, and end with a newline', async () => {
  const written = await writeRelease(folder, release('1.0.0'))
  const files = (await readdir(written.folder)).sort()
  expect(files).toEqual(['events.json', 'manifest.json', 'release.json', 'schema.json', 'statements.json'])
  const text = await readFile(join(written.folder, 'schema.json'), 'utf8')
  expect(text).toContain('\n        { "name": "id", "type": "uuid", "notNull": true },\n')
  expect(text.endsWith('}\n')).toBe(true)
})

test.each([
  ['release.json', '{', 'no JSON'],
  [
    'release.json',
    '{"format":"freehold-release/2"}',
    '"/format" is "freehold-release/2", and must be "freehold-release/1"',
  ],
  [
    'statements.json',
    '{"format":"freehold-statements/1","service":"notes","version":"1.0.0","statements":[{}]}',
    '/statements/0',
  ],
  [
    'statements.json',
    '{"format":"freehold-statements/1","service":"user","version":"1.0.0","statements":[]}',
    'user 1.0.0',
  ],
  ['schema.json', undefined, 'cannot be read'],
])('a %s that is %s is named', async (name, text, says) => {
  const path = join((await writeRelease(folder, release('1.0.0'))).folder, name)
  await (text === undefined ? rm(path) : writeFile(path, text))
  await expect(readReleases(folder)).rejects.toMatchObject({
    code: 'FREEHOLD_RELEASE_DAMAGED',
    message: expect.stringContaining(says) as unknown,
    details: { file: path },
  })
})

test('of a folder, the recordings of the version are taken; a file of another is refused', async () => {
  const recording = (name: string, version: string) => ({
    format: 'freehold-statements/1',
    service: name,
    version,
    statements: [{ text: `select '${name} ${version}'`, parameters: [] }],
  })
  for (const [file, content] of [
    ['notes.statements.json', recording('notes', '1.0.0')],
    ['notes-1.1.0.statements.json', recording('notes', '1.1.0')],
    ['user.statements.json', recording('user', '1.1.0')],
  ] as const)
    await writeFile(join(folder, file), JSON.stringify(content))
  const wanted = { service: 'notes', version: '1.1.0' }
  const texts = (await readRecordings(folder, wanted)).map(({ text }) => text)
  expect(texts).toEqual(["select 'notes 1.1.0'"])
  await expect(readRecordings(join(folder, 'user.statements.json'), wanted)).rejects.toMatchObject({
    code: 'FREEHOLD_STATEMENTS_OF_ANOTHER',
    message: expect.stringContaining('user 1.1.0') as unknown,
  })
})

test.each(['select * from profiles', 'select * from "user".things', 'update "user".profiles set x = 1'])(
  'a statement of another service is refused by name: %s',
  async (text) => {
    const statements = [
      { text: 'select 1', parameters: [] },
      { text, parameters: [], sentFrom: 'src/b.ts:7' },
    ]
    await expect(refuseForeign(system, service, statements, schema.tables)).rejects.toMatchObject({
      code: 'FREEHOLD_STATEMENTS_OF_ANOTHER',
      message: expect.stringMatching(/of "user", sent from src\/b\.ts:7/) as unknown,
    })
  },
)

test.each([
  'select id from notes',
  'with profiles as (select 1 as id) select id from profiles',
  'select number from freehold.segment',
  'not SQL at all',
])('a statement of the service itself is not: %s', async (text) => {
  await refuseForeign(system, service, [{ text, parameters: [] }], schema.tables)
})

test('what differs in a schema is named, object by object', () => {
  const [notes] = schema.tables
  const live: SchemaSnapshot = {
    ...schema,
    tables: [
      {
        ...notes!,
        columns: [
          { name: 'id', type: 'uuid', notNull: true },
          { name: 'title', type: 'integer' },
          { name: 'body', type: 'text' },
        ],
        indexes: [],
      },
    ],
  }
  expect(schemaDifferences(schema, live).map(({ object, kind }) => `${object} ${kind}`)).toEqual([
    'column notes.body unexpected',
    'column notes.title changed',
    'index by_title missing',
  ])
  expect(schemaDifferences(schema, schema)).toEqual([])
})

test('versions are in the order of semantic versioning', () => {
  const order = [
    '1.0.0-alpha',
    '1.0.0-alpha.1',
    '1.0.0-alpha.beta',
    '1.0.0-beta',
    '1.0.0-beta.2',
    '1.0.0-beta.11',
    '1.0.0-rc.1',
    '1.0.0',
    '1.0.1',
    '1.2.0',
    '1.10.0',
    '2.0.0',
  ]
  expect(order.toReversed().sort(compareVersions)).toEqual(order)
})
