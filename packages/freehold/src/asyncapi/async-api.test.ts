import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Parser } from '@asyncapi/parser'
import { databasePerService, defineEvent, defineService, defineSystem, immutable } from '@freehold/manifest'
import Type from 'typebox'
import { expect, test } from 'vitest'
import { asyncApiOf, writeAsyncApi, type AsyncApiDocument } from './index.js'

const owns = { events: immutable({ kind: 'events' }) }
const AccountClosed = defineEvent({
  type: 'auth.account-closed.v1',
  key: 'accountId',
  description: 'Somebody closed their account.',
  data: Type.Object({
    accountId: Type.String({ format: 'uuid' }),
    closedAt: Type.String({ format: 'date-time' }),
  }),
})
const NoteRevised = defineEvent({
  type: 'notes.note-revised.v2',
  key: 'noteId',
  data: Type.Object(
    {
      noteId: Type.String({ format: 'uuid' }),
      title: Type.Optional(Type.Union([Type.String({ maxLength: 200 }), Type.Null()])),
      place: Type.Tuple([Type.Number(), Type.Number()]),
      counts: Type.Record(Type.String(), Type.Integer({ minimum: 0 })),
      state: Type.Enum(['open', 'closed']),
    },
    { additionalProperties: false },
  ),
})
const system = defineSystem({
  name: 'notes-app',
  strategy: databasePerService(),
  services: [
    defineService({ name: 'auth', database: 'auth_db', owns, publishes: [AccountClosed] }),
    defineService({
      name: 'notes',
      database: 'notes_db',
      owns,
      publishes: [NoteRevised],
      consumes: { auth: [AccountClosed] },
    }),
    defineService({ name: 'quiet', database: 'quiet_db', owns: {} }),
  ],
})

/** Of the severities of a diagnostic; the others are advice. */
const severityOfErrors = 0

async function errorsIn(document: AsyncApiDocument): Promise<string[]> {
  const { diagnostics } = await new Parser().parse(JSON.stringify(document))
  return diagnostics
    .filter(({ severity }) => (severity as number) === severityOfErrors)
    .map(({ path, message }) => `${path.join('.')}: ${message}`)
}

test.each(['auth', 'notes', 'quiet'])('the document of %s is valid by the official parser', async (name) => {
  expect(await errorsIn(asyncApiOf(system, name))).toEqual([])
})

test('the official parser would refuse a document that is wrong', async () => {
  const document = asyncApiOf(system, 'notes')
  const lost = { ...document, components: { ...document.components, schemas: {} } }
  expect((await errorsIn(lost)).join('\n')).toMatch(/CloudEvent/)
  const odd = { ...NoteRevised.data, type: 'thing' }
  const schemas = { ...document.components.schemas, [NoteRevised.type]: odd }
  expect(await errorsIn({ ...document, components: { ...document.components, schemas } })).not.toEqual([])
})

test('the parser reads what is sent and received, with which attributes and data', async () => {
  const { document } = await new Parser().parse(JSON.stringify(asyncApiOf(system, 'notes')))
  const read = document!
    .operations()
    .all()
    .map((operation) => {
      const [message] = operation.messages().all()
      return {
        action: operation.action(),
        address: operation.channels().all()[0]!.address(),
        key: message!.headers()!.property('subject')!.description(),
        members: Object.keys(message!.payload()!.properties()!),
      }
    })
  expect(read).toEqual([
    {
      action: 'send',
      address: 'notes.note-revised.v2',
      key: 'The noteId of the data.',
      members: ['noteId', 'title', 'place', 'counts', 'state'],
    },
    {
      action: 'receive',
      address: 'auth.account-closed.v1',
      key: 'The accountId of the data.',
      members: ['accountId', 'closedAt'],
    },
  ])
})

test('files are written for each service, or nothing at all', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'freehold asyncapi '))
  try {
    const out = join(folder, 'docs', 'events')
    await expect(writeAsyncApi(system, ['auth', 'nobody'], out)).rejects.toMatchObject({
      code: 'FREEHOLD_MANIFEST_UNKNOWN_SERVICE',
    })
    expect(await readdir(folder)).toEqual([])

    const files = await writeAsyncApi(system, ['auth', 'notes'], out)
    expect(files).toEqual([join(out, 'auth.asyncapi.json'), join(out, 'notes.asyncapi.json')])
    expect(JSON.parse(await readFile(files[1]!, 'utf8'))).toEqual(asyncApiOf(system, 'notes'))

    await writeFile(join(folder, 'file'), '')
    await expect(writeAsyncApi(system, ['auth'], join(folder, 'file'))).rejects.toMatchObject({
      code: 'FREEHOLD_CLI_OUTPUT_NOT_WRITTEN',
    })
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('a personal member is a sealed text, and the document says whose it is and what is in it', async () => {
  const name = Type.Union([Type.String({ maxLength: 80 }), Type.Null()])
  const Renamed = defineEvent({
    type: 'quiet.renamed.v1',
    key: 'id',
    data: Type.Object({ id: Type.String(), name, age: Type.Integer() }),
    personal: { subject: 'id', fields: ['name', 'age'], purpose: 'mail' },
  })
  const quiet = { ...system.services[2]!, publishes: [Renamed] }
  const document = asyncApiOf({ ...system, services: [quiet] }, 'quiet')
  expect(await errorsIn(document)).toEqual([])
  const pattern = '^personal\\.v1:mail:[A-Za-z0-9_-]+$'
  const [subject, purpose] = ['id', 'mail']
  expect(document.components.schemas[Renamed.type]).toMatchObject({
    required: ['id', 'name', 'age'],
    properties: {
      id: { type: 'string' },
      name: { type: ['string', 'null'], pattern, 'x-personal': { subject, purpose, schema: name } },
      age: { type: 'string', pattern, 'x-personal': { subject, purpose, schema: { type: 'integer' } } },
    },
  })
})
