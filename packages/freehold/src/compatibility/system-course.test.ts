import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { databasePerService, defineService, defineSystem, immutable, mutable } from '@freehold/manifest'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { openShadow, type Shadow } from '../shadow/index.js'
import { checkCourse } from './check-course.js'
import { openSystemCourse } from './system-course.js'

let shadow: Shadow
let root: string
beforeAll(async () => {
  shadow = await openShadow({ url: inject('serverUrl') })
  root = await mkdtemp(join(tmpdir(), 'freehold-course-'))
  await mkdir(join(root, 'shelf'))
})
afterAll(async () => {
  await shadow.remove()
  await rm(root, { recursive: true })
})

const service = defineService({
  name: 'shelf',
  database: 'shelf_course_db',
  owns: { things: mutable(), audit_log: immutable({ kind: 'audit' }) },
  migrations: 'shelf',
})
const system = defineSystem({ name: 'course', strategy: databasePerService(), services: [service] })

test('a right that a released migration gave against the manifest is not missed by a new one', async () => {
  const write = (file: string, sql: string) => writeFile(join(root, 'shelf', file), sql)
  await write(
    '0001_things.sql',
    `create table things (
       id uuid primary key,
       version integer not null default 1,
       created_at timestamptz not null default now(),
       updated_at timestamptz not null default now()
     );
     create table audit_log (
       seq bigint generated always as identity primary key,
       xid xid8 not null default pg_current_xact_id(),
       at timestamptz not null default clock_timestamp(),
       action text not null
     );
     create function total() returns bigint language sql stable return (select count(*) from things);
     grant execute on function total() to public;`,
  )
  await write('0002_harmless.sql', 'alter table things add column note text')
  const state = await openSystemCourse({
    shadow,
    service: 'shelf',
    before: { system, root, upTo: { shelf: 1 } },
    after: { system, root },
  })
  const released = [{ text: 'select total()', parameters: [] }]
  const { findings, deploy } = await checkCourse({ service: 'shelf', state, released })
  expect(findings).toEqual([])
  const reason = 'permission denied for function total (42501)'
  expect(deploy?.unchecked).toEqual([{ statement: 'select total()', reason }])
  await state.drop()
})
