import { randomUUID } from 'node:crypto'
import { isFreeholdError } from '@freehold/manifest/errors'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rejection } from '../../test/fixtures/rejection.js'
import { auditLog, items, workshop, workshopService, type Workshop } from '../../test/fixtures/workshop.js'
import { immutableLog } from '../logs/index.js'
import type { Database } from './index.js'

let shop: Workshop
let db: Database
let admin: Database

beforeAll(async () => {
  shop = await workshop()
  db = shop.open()
  admin = shop.open({ url: shop.adminUrl })
  await items.insert(db, { id: randomUUID(), owner: 'ann', name: 'x' })
  await auditLog.append(db, { action: 'x' })
})

afterAll(() => shop.drop())

test.for<[statement: string, code: string, table: string]>([
  ["update items set name = 'y'", 'FREEHOLD_VERSION_NOT_ADVANCED', 'items'],
  ['update items set version = version + 2', 'FREEHOLD_VERSION_NOT_ADVANCED', 'items'],
  [
    "insert into items (id, owner, name, version) values (gen_random_uuid(), 'a', 'b', 2)",
    'FREEHOLD_VERSION_NOT_ADVANCED',
    'items',
  ],
  ['update items set id = gen_random_uuid(), version = version + 1', 'FREEHOLD_KEY_CHANGED', 'items'],
  ["update audit_log set action = 'y'", 'FREEHOLD_LOG_IMMUTABLE', 'audit_log'],
  ['delete from audit_log', 'FREEHOLD_LOG_IMMUTABLE', 'audit_log'],
  ['delete from item_history', 'FREEHOLD_LOG_IMMUTABLE', 'item_history'],
  ['truncate audit_log', 'FREEHOLD_PERMISSION_DENIED', 'audit_log'],
  ["insert into audit_log (action, at) values ('x', now())", 'FREEHOLD_PERMISSION_DENIED', 'audit_log'],
])('%s is refused as %s', async ([text, code, table]) => {
  const error = await rejection(db.query(text))
  expect(error).toMatchObject({ code, details: { table }, cause: { name: 'error' } })
  expect((error as Error).message).toContain(table)
})

test('a superuser is refused to change a log too', async () => {
  for (const text of ["update workshop.audit_log set action = 'y'", 'delete from workshop.item_history']) {
    expect(await rejection(admin.query(text))).toMatchObject({ code: 'FREEHOLD_LOG_IMMUTABLE' })
  }
})

test('a log that only the database writes is known by the manifest', async () => {
  const history = immutableLog<{ operation: string }>(workshopService, 'item_history', {
    columns: ['operation'],
  })
  expect(await rejection(history.append(db, { operation: 'update' }))).toMatchObject({
    code: 'FREEHOLD_LOG_IMMUTABLE',
  })
})

test('other errors stay what they are', async () => {
  const error = await rejection(db.query("insert into items (id) values ('no uuid')"))
  expect(error).toMatchObject({ code: '22P02' })
  expect(isFreeholdError(error)).toBe(false)
})
