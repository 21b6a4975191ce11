import { randomBytes } from 'node:crypto'
import { renameSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { rejection } from '../../test/fixtures/rejection.js'
import { wireTap } from '../../test/fixtures/wire-tap.js'
import { workshop, type Workshop } from '../../test/fixtures/workshop.js'
import { readConnectionUrl } from './credentials.js'
import { connect, type Database } from './index.js'

const role = `rotating_${randomBytes(6).toString('hex')}`

let shop: Workshop
let admin: Database
let folder: string
let urlFile: string

beforeAll(async () => {
  shop = await workshop()
  admin = shop.open({ url: shop.adminUrl })
  await admin.query(`create role ${role} login password 'first'`)
  await admin.query(`grant connect on database ${new URL(shop.adminUrl).pathname.slice(1)} to ${role}`)
  folder = await mkdtemp(join(tmpdir(), 'freehold-credentials-'))
  urlFile = join(folder, 'workshop.app.env')
})

afterAll(async () => {
  await admin.query(`drop owned by ${role}`)
  await admin.query(`drop role ${role}`)
  await rm(folder, { recursive: true, force: true })
  await shop.drop()
})

function writeUrl(password: string, server = shop.adminUrl): void {
  const url = new URL(server)
  url.username = role
  url.password = password
  writeFileSync(`${urlFile}.next`, `# the credentials of a service\nDATABASE_URL="${url.href}"\n`, {
    mode: 0o600,
  })
  renameSync(`${urlFile}.next`, urlFile)
}

const open = (options: object = {}) => connect({ urlFile, applicationName: 'tests', ...options })

describe('credentials in a file', () => {
  beforeEach(() => admin.query(`alter role ${role} password 'first'`))

  test('are read again for new connections, while those that are open go on', async () => {
    writeUrl('first')
    const db = open()
    await db.ping()
    const kept = await db.pool.connect()
    await admin.query(`alter role ${role} password 'second'`)
    writeUrl('second')
    await db.ping()
    await kept.query('select 1')
    kept.release()
    await db.close()
  })

  test('that are written a moment after the password changed are waited for', async () => {
    const tap = await wireTap(shop.adminUrl)
    writeUrl('stale', tap.url)
    const db = open()
    const ping = db.ping()
    // Written only when the stale password is on its way: the first attempt is sure to be refused.
    await expect.poll(() => tap.sent, { interval: 1 }).toContain('p')
    writeUrl('first', tap.url)
    await ping
    await db.close()
    await tap.close()
  })

  test('that stay wrong are refused by name, without the password', async () => {
    writeUrl('wrong')
    const db = open()
    const error = await rejection(db.ping())
    expect(error).toMatchObject({ code: 'FREEHOLD_CREDENTIALS_REFUSED', details: { sqlState: '28P01' } })
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('wrong')
    await db.close()
  })

  test('that vanish are an error of the query, and no end of the process', async () => {
    writeUrl('first')
    const db = open({ max: 1 })
    await rm(urlFile)
    const errors = await Promise.all([rejection(db.ping()), rejection(db.ping())])
    for (const error of errors) expect(error).toMatchObject({ code: 'FREEHOLD_CONNECTION_STRING_UNREADABLE' })
    writeUrl('first')
    await db.ping()
    await db.close()
  })
})

test.for(['', 'no url', 'DATABASE_URL=', 'DATABASE_URL=mysql://x/y', 'postgres://[secret'])(
  'the file content "%s" is no connection string, and is not repeated',
  async (content) => {
    await writeFile(urlFile, content)
    expect(() => open()).toThrow(expect.objectContaining({ code: 'FREEHOLD_CONNECTION_STRING_UNREADABLE' }))
    expect(() => open()).not.toThrow(/secret|mysql/)
  },
)

test('a connection string stands bare, or after DATABASE_URL, quoted or not', async () => {
  const url = 'postgresql://a:b@c:1/d?x=y#z'
  for (const content of [url, `${url}\n`, `DATABASE_URL=${url}`, `A=b\nDATABASE_URL='${url}'\r\n`]) {
    await writeFile(urlFile, content)
    expect(readConnectionUrl({ urlFile })).toBe(url)
  }
  expect(() => readConnectionUrl({})).toThrow(/option `url`/)
})
