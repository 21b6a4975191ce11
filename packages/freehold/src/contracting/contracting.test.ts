import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { openDesk, type Desk } from '../../test/fixtures/desk.js'
import { migrateService, migrationStatus } from '../migrations/index.js'

let desk: Desk
let directory: string
let number = 1

beforeAll(async () => {
  desk = await openDesk(inject('serverUrl'))
  directory = await mkdtemp(join(tmpdir(), 'freehold-contracting-'))
  await cp(fileURLToPath(new URL('../../test/fixtures/desk', import.meta.url)), directory, {
    recursive: true,
  })
})
afterAll(async () => {
  await desk.remove()
  await rm(directory, { recursive: true })
})

const name = () => desk.service.name
const target = async () => ({
  system: desk.system,
  service: desk.service,
  directory,
  url: await desk.url('migrator', name()),
})
const migrate = async (contractNow?: string) =>
  migrateService({ ...(await target()), ...(contractNow !== undefined && { contractNow }) })
/** What the contract step that comes last waits for. */
const refusal = async () => (await migrate()).waiting
const write = (text: string, ending = 'step') =>
  writeFile(join(directory, `${String(number + 1).padStart(4, '0')}_${ending}.sql`), text)
const asAdministrator = (sql: string) => desk.as<Record<string, unknown>>('administrator', name(), sql)

/** What the runtime of a service notes. */
const sends = (version: string, text: string, sentFrom = 'src/notes.ts:12') =>
  desk.as({ service: name(), kind: 'app' }, name(), 'select freehold.note_statements($1, $2)', [
    version,
    JSON.stringify([{ text, parameters: [], sentFrom, isNamed: false, calls: 1 }]),
  ])
const longAgo = (statements: string, versions = statements, first = '9 days') =>
  asAdministrator(
    `update freehold.statement_uses set first_sent_at = now() - interval '${first}', last_sent_at = now() - interval '${statements}';
     update freehold.service_versions set first_seen_at = now() - interval '${first}', last_seen_at = now() - interval '${versions}'`,
  )

const contract = `-- freehold: phase contract of spare
-- freehold: compatible with >=1.1.0
-- freehold: contract notes.spare after 1 day
alter table notes drop column spare;`

describe('a contract step', () => {
  beforeEach(async () => {
    await write('alter table notes add column spare text;', 'spare')
    await migrate()
    number += 1
    await write(contract, 'contract')
  })
  afterEach(async () => {
    const { applied } = await migrationStatus(await target())
    number = applied.length
    await asAdministrator('delete from freehold.statement_uses; delete from freehold.service_versions')
    await asAdministrator(`delete from ${name()}.notes`)
  })
  const settled = async () => {
    await migrate('the test ends')
  }

  it('is refused while a statement uses the column, and names it, its version, its place and the time', async () => {
    await sends('1.1.0', 'select spare from notes')
    await sends('1.1.0', 'select id from notes')
    await longAgo('2 days', '1 hour')
    await sends('1.1.0', 'select spare from notes')
    const waiting = await refusal()
    expect(waiting).toMatchObject({
      contracts: 'notes.spare',
      waits: [
        {
          kind: 'statement',
          use: 'uses',
          text: 'select spare from notes',
          version: '1.1.0',
          sentFrom: 'src/notes.ts:12',
        },
      ],
    })
    const { readyAt, waits, message } = waiting as unknown as {
      readyAt: string
      waits: { lastSentAt: string }[]
      message: string
    }
    expect(Date.parse(readyAt) - Date.parse(waits[0]!.lastSentAt)).toBe(86_400_000)
    expect(message).toContain(readyAt)
    await longAgo('25 hours', '1 hour')
    expect((await migrate()).applied).toHaveLength(1)
  })

  it('is refused whatever another file of its number has tried', async () => {
    const file = (ending: string) => join(directory, `${String(number + 1).padStart(4, '0')}_${ending}.sql`)
    await rm(file('contract'))
    await write('create index concurrently by_nope on notes (nope);', 'index')
    await expect(migrate()).rejects.toMatchObject({ code: 'FREEHOLD_MIGRATION_STOPPED_MIDWAY' })
    await rm(file('index'))
    await write(contract, 'contract')
    await sends('1.1.0', 'select spare from notes')
    expect(await refusal()).toMatchObject({
      waits: [{ kind: 'unobserved' }, { kind: 'statement', text: 'select spare from notes' }],
    })
    await settled()
  })

  it('is refused when a file was begun that was no contract step yet, and goes on when it was one', async () => {
    const began = 'create index concurrently by_spare on notes (spare);'
    await write(`${began}\nselect 1 / 0;`, 'contract')
    await expect(migrate()).rejects.toMatchObject({ details: { done: [1] } })
    const [head, body = ''] = contract.split(/^(?=alter)/m)
    const rest = `${head}${began}\nvacuum notes;\n`
    await write(`${rest}${body}`, 'contract')
    await sends('1.1.0', 'select spare from notes')
    expect(await refusal()).toMatchObject({ contracts: 'notes.spare' })
    // Somebody has it done, and it stops once more, after the column is gone.
    await write(`${rest}${body}\nselect 1 / 0;`, 'contract')
    await expect(migrate('the test says so')).rejects.toMatchObject({ details: { done: [1, 2, 3] } })
    expect((await migrationStatus(await target())).pending[0]).not.toHaveProperty('contract')
    await write(`${rest}${body}`, 'contract')
    expect((await migrate()).applied).toHaveLength(1)
    expect(
      await asAdministrator(
        `select contracted_because as because from freehold.migration_directives where number = ${number + 1}`,
      ),
    ).toEqual([{ because: 'the test says so' }])
  })

  it('is refused while a version runs that it is not compatible with, whatever that sends', async () => {
    await sends('1.0.9', 'select id from notes')
    await longAgo('2 days', '23 hours')
    expect(await refusal()).toMatchObject({ waits: [{ kind: 'version', version: '1.0.9' }] })
    await longAgo('2 days', '25 hours')
    expect((await migrate()).applied).toHaveLength(1)
  })

  it('is refused until the service was watched for that long', async () => {
    await sends('1.1.0', 'select id from notes')
    expect(await refusal()).toMatchObject({ waits: [{ kind: 'unobserved' }] })
    await longAgo('1 hour', '1 hour', '23 hours')
    expect(await refusal()).toMatchObject({ waits: [{ kind: 'unobserved' }] })
    await longAgo('1 hour', '1 hour', '25 hours')
    expect((await migrate()).applied).toHaveLength(1)
  })

  it('is refused where nothing was ever seen and there are rows, or were some', async () => {
    await asAdministrator(`insert into ${name()}.notes (title) values ('there')`)
    const waiting = await refusal()
    expect(waiting).toMatchObject({ waits: [{ kind: 'unobserved', since: null }] })
    // A queue is empty most of the time.
    await asAdministrator(`delete from ${name()}.notes`)
    expect(await refusal()).toMatchObject({ waits: [{ kind: 'unobserved', since: null }] })
    await settled()
  })

  it('is refused while a function of the service names the column, unless it drops it itself', async () => {
    await sends('1.1.0', 'select id from notes')
    await longAgo('2 days', '1 hour')
    await asAdministrator(
      `create function ${name()}.spare_of() returns bigint language sql as 'select count(spare) from ${name()}.notes'`,
    )
    expect(await refusal()).toMatchObject({
      waits: [{ kind: 'function', function: 'spare_of()' }],
    })
    await asAdministrator(
      `alter function ${name()}.spare_of() owner to ${name()}_owner;
       create function ${name()}.spare_too(integer) returns bigint language sql as 'select count(spare) from ${name()}.notes';
       alter function ${name()}.spare_too(integer) owner to ${name()}_owner`,
    )
    await write(`${contract}\n-- drop function spare_too(integer)\ndrop function spare_of();`, 'contract')
    expect(await refusal()).toMatchObject({ waits: [{ function: 'spare_too(integer)' }] })
    await write(`${contract}\ndrop function spare_of(), spare_too(integer);`, 'contract')
    expect((await migrate()).applied).toHaveLength(1)
  })

  it('is refused where not everything could be recorded', async () => {
    await sends('1.1.0', 'select id from notes')
    await longAgo('2 days', '1 hour')
    await asAdministrator('update freehold.service_versions set unrecorded = 3')
    const waiting = await refusal()
    expect(waiting).toMatchObject({ waits: [{ kind: 'unrecorded', count: 3 }] })
    expect(waiting?.readyAt).toBeUndefined()
    await settled()
  })

  it('is refused when what it names is not there', async () => {
    await write(contract.replace('notes.spare', 'notes.sparse'), 'contract')
    await expect(refusal()).rejects.toMatchObject({
      code: 'FREEHOLD_MIGRATION_DIRECTIVE',
      message: expect.stringContaining('about notes.sparse, which is not there') as string,
    })
    await write(contract, 'contract')
    await settled()
  })

  it('leaves what came before it applied, and is applied for a reason that is recorded', async () => {
    await sends('1.0.0', 'select * from notes')
    await write('alter table notes add column other text;', 'other')
    number += 1
    await rm(join(directory, `${String(number).padStart(4, '0')}_contract.sql`), { force: true })
    await write(contract, 'contract')
    expect(await refusal()).toMatchObject({ contracts: 'notes.spare' })
    const before = await migrationStatus(await target())
    expect(before.applied.at(-1)).toMatchObject({ name: 'other' })
    expect(before.pending).toMatchObject([{ name: 'contract', contract: { contracts: 'notes.spare' } }])
    expect(before.pending[0]?.contract?.waits.map(({ kind }) => kind).toSorted()).toEqual([
      'statement',
      'unobserved',
      'version',
    ])
    expect((await migrate('nobody uses 1.0.0 any more')).applied).toHaveLength(1)
    const rows = await asAdministrator(
      'select * from freehold.migration_directives order by number desc limit 1',
    )
    expect(rows).toMatchObject([
      {
        phase: 'contract',
        path: 'spare',
        compatible_with: '>=1.1.0',
        contracts: 'notes.spare',
        contracted_because: 'nobody uses 1.0.0 any more',
      },
    ])
    await asAdministrator(`alter table ${name()}.notes drop column other`)
  })
})
