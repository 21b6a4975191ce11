import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { rejection } from '../../test/fixtures/rejection.js'
import { auditLog, workshop, workshopService, type Workshop } from '../../test/fixtures/workshop.js'
import type { Database } from '../database/index.js'
import { immutableLog } from './index.js'

let shop: Workshop
let db: Database

beforeAll(async () => {
  shop = await workshop()
  db = shop.open()
})

afterAll(() => shop.drop())

test('a log keeps rows in their order, with place and time, and pages through them', async () => {
  const actor = randomUUID()
  await auditLog.append(db, { actor, action: 'first' })
  await auditLog.append(db, [
    { actor, action: 'second', detail: { a: 1 } },
    { actor, action: 'third', version: 3 },
  ])
  const rows = await auditLog.read(db, { limit: 2, where: { actor } })
  expect(rows).toMatchObject([
    { action: 'first', detail: {}, version: null },
    { action: 'second', detail: { a: 1 } },
  ])
  expect(rows[0]?.at).toBeInstanceOf(Date)
  const rest = await auditLog.read(db, { afterSeq: rows[1]?.seq ?? 0, limit: 2, where: { actor } })
  expect(rest).toMatchObject([{ action: 'third', version: 3, detail: {} }])
})

test('rows are appended together or not at all', async () => {
  const actor = randomUUID()
  const rows = [...Array.from({ length: 500 }, () => ({ actor, action: 'x' })), { actor, action: '' }]
  expect(await rejection(auditLog.append(db, rows))).toMatchObject({ code: '23514' })
  expect(await auditLog.read(db, { limit: 10, where: { actor } })).toEqual([])
  await auditLog.append(db, rows.slice(0, -1))
  expect(await auditLog.read(db, { limit: 1_000, where: { actor } })).toHaveLength(500)
  await auditLog.append(db, [])
})

test('what the log keeps by itself cannot be set', async () => {
  const row = { action: 'x', at: new Date(0) }
  expect(await rejection(auditLog.append(db, row))).toMatchObject({ code: 'FREEHOLD_COLUMN_UNKNOWN' })
  const wide = immutableLog<{ action: string; at: Date }>(workshopService, 'audit_log', {
    columns: ['action', 'at'],
  })
  expect(await rejection(wide.append(db, row))).toMatchObject({ code: 'FREEHOLD_COLUMN_MANAGED' })
  expect(() => wide.entry({ at: new Date() })).toThrow(
    expect.objectContaining({ code: 'FREEHOLD_COLUMN_MANAGED' }),
  )
})

test('a log must be one of the service', () => {
  expect(() => immutableLog(workshopService, 'items', { columns: [] })).toThrow(
    expect.objectContaining({ code: 'FREEHOLD_MANIFEST_UNKNOWN_TABLE' }),
  )
})
