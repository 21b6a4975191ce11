import { startEraser } from '@freehold/runtime/erasing'
import { isErased } from '@freehold/runtime/personal'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { authService } from '../ownership.js'
import { eraseAccount } from '../src/accounts/erase-account.js'
import { auditTrail } from './support/audit.js'
import { authSystem, type AuthSystem } from './support/auth-system.js'
import { bearer, clientOf, password, someone, type Client } from './support/client.js'

let system: AuthSystem
let client: Client

beforeAll(async () => {
  system = await authSystem()
  client = clientOf(system.app)
})

afterAll(() => system.close())

async function member(): Promise<{ id: string; email: string; accessToken: string; refreshToken: string }> {
  const email = someone()
  const { id } = (await client.post('register', { email, password })).json<{ id: string }>()
  return { id, email, ...(await client.loggedIn(email)) }
}

const rowsAbout = async (id: string): Promise<object[]> =>
  (
    await system.admin.query(
      `select id::text from auth.credentials where id = $1 union all select id::text from auth.sessions where user_id = $1`,
      [id],
    )
  ).rows

test('a closed account is gone at once, with its sessions; the others are told, and this service is asked', async () => {
  const { id, email, accessToken, refreshToken } = await member()
  const closing = await client.post('close', { currentPassword: password }, bearer(accessToken))
  expect(closing.statusCode).toBe(204)
  expect(await rowsAbout(id)).toEqual([])
  expect((await client.post('login', { email, password })).statusCode).toBe(401)
  expect((await client.post('refresh', { refreshToken })).statusCode).toBe(401)
  expect((await client.get('sessions', accessToken)).statusCode).toBe(401)
  const { rows } = await system.admin.query(
    `select e.data, r.step, r.subject from auth.events e join auth.erasures r on r.id = e.id where e.key = $1`,
    [id],
  )
  expect(rows).toMatchObject([{ data: { accountId: id }, step: 'asked', subject: id }])
  // The address is free again, for somebody who is another.
  const again = await client.post('register', { email, password })
  expect(again.statusCode).toBe(201)
  expect(again.json<{ id: string }>().id).not.toBe(id)
})

test('what the audit log knows of where it came from is gone with the key, and the rest stays', async () => {
  const { id, accessToken } = await member()
  expect((await auditTrail(system, { actor: id })).at(-1)).toMatchObject({ origin: { ip: '127.0.0.1' } })
  await client.post('close', { currentPassword: password }, bearer(accessToken))
  const { database: db, personalKeys: keys } = system
  const eraser = startEraser({
    service: authService,
    db,
    keys,
    erase: eraseAccount,
    everyMs: 20,
    settleMs: 20,
  })
  await expect
    .poll(async () => {
      const { rows } = await system.admin.query<{ step: string }>(
        'select step from auth.erasures where subject = $1 order by seq',
        [id],
      )
      return rows.map(({ step }) => step)
    })
    .toEqual(['asked', 'forgotten', 'erased'])
  await eraser.stop()
  // The account went when it was closed, and is counted all the same.
  const erased = await system.admin.query(
    `select detail -> 'rows' as rows from auth.erasures where subject = $1 and step = 'erased'`,
    [id],
  )
  expect(erased.rows).toEqual([{ rows: { sessions: 1, credentials: 1 } }])
  const trail = await auditTrail(system, { actor: id })
  expect(trail.map(({ action }) => action)).toContain('account.closed')
  expect(trail.every(({ origin }) => isErased(origin))).toBe(true)
  const { rows } = await system.admin.query('select data from auth.events where key = $1', [id])
  expect(JSON.stringify(rows)).toContain('personal.v1:auth_events:')
})

test('a wrong password closes nothing, and is recorded', async () => {
  const { id, accessToken } = await member()
  const closing = await client.post('close', { currentPassword: 'not the password' }, bearer(accessToken))
  expect(closing.statusCode).toBe(403)
  expect(await rowsAbout(id)).not.toEqual([])
  expect((await auditTrail(system, { actor: id })).at(-1)).toMatchObject({
    action: 'account.closing-refused',
  })
})

test('of two who close at once nobody fails in a way that they could not tell', async () => {
  const { id, accessToken } = await member()
  const both = await Promise.all(
    [1, 2].map(() => client.post('close', { currentPassword: password }, bearer(accessToken))),
  )
  const codes = both.map(({ statusCode }) => statusCode)
  expect(codes).toContain(204)
  for (const code of codes) expect([204, 401, 403]).toContain(code)
  expect(await rowsAbout(id)).toEqual([])
})

test('when those who are nobody were forgotten for today, a login tells no more than before', async () => {
  const { email } = await member()
  const day = new Date(system.now()).toISOString().slice(0, 10)
  await system.personalKeys.destroy({ subject: `nobody-${day}` })
  const known = await client.post('login', { email, password: 'not the password' })
  const unknown = await client.post('login', { email: someone(), password: 'not the password' })
  expect(unknown.statusCode).toBe(401)
  expect(known.statusCode).toBe(401)
  const last = (await auditTrail(system)).at(-1)
  expect(last).toMatchObject({ action: 'login.failed', subject: null, origin: null })
})
