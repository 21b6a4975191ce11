import { afterAll, beforeAll, expect, test } from 'vitest'
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

const from = { 'x-request-id': 'request-of-the-audit-test', 'x-forwarded-for': '203.0.113.9' }

test('everything that changes an account or a session is recorded, with the request and the address it came from', async () => {
  const email = someone()
  const id = (await client.post('register', { email, password }, from)).json<{ id: string }>().id
  await client.post('login', { email, password: 'wrong horse battery' }, from)
  const { accessToken, refreshToken } = await client.loggedIn(email, from)
  const other = await client.loggedIn(email, from)
  await client.post('refresh', { refreshToken }, from)
  const change = { currentPassword: password, newPassword: 'another horse battery' }
  await client.post('password', change, { ...bearer(accessToken), ...from })
  await client.post('logout', undefined, { ...bearer(accessToken), ...from })

  const trail = [
    ...(await auditTrail(system, { actor: id })),
    ...(await auditTrail(system, { entityId: id })),
  ]
  expect(new Set(trail.map(({ action }) => action))).toEqual(
    new Set([
      'account.registered',
      'login.failed',
      'login.succeeded',
      'session.refreshed',
      'password.changed',
      'session.revoked',
      'session.logged-out',
    ]),
  )
  for (const row of trail) {
    expect(row).toMatchObject({ request_id: from['x-request-id'], origin: { ip: '203.0.113.9' } })
  }
  const changed = trail.find(({ action }) => action === 'password.changed')
  expect(changed).toMatchObject({ entity: 'credentials', entity_id: id, version: 2 })
  const text = JSON.stringify(trail)
  for (const secret of [
    password,
    change.newPassword,
    'wrong horse',
    refreshToken,
    other.refreshToken,
    '$argon2id$',
    email,
  ]) {
    expect(text).not.toContain(secret)
  }
})

test('a failed login to an address without an account is recorded without the address', async () => {
  const headers = { ...from, 'x-request-id': 'request-of-a-stranger' }
  await client.post('login', { email: 'stranger@example.org', password }, headers)
  const row = (await auditTrail(system)).find(({ request_id: id }) => id === headers['x-request-id'])
  expect(row).toMatchObject({ actor: null, action: 'login.failed', entity_id: null })
  expect(JSON.stringify(row)).not.toContain('stranger@')
})

test('what cannot be recorded does not happen', async () => {
  const email = someone()
  const id = await client.registered(email)
  const { accessToken, refreshToken } = await client.loggedIn(email)
  const before = await state(id)
  await system.admin.query('revoke insert (action) on auth.audit_log from auth_app')
  const change = { currentPassword: password, newPassword: 'another horse battery' }
  const answers = [
    await client.post('register', { email: 'unrecorded@example.org', password }),
    await client.post('login', { email, password }),
    await client.post('refresh', { refreshToken }),
    await client.post('password', change, bearer(accessToken)),
    await client.post('logout', { refreshToken }),
  ]
  await system.admin.query('grant insert (action) on auth.audit_log to auth_app')
  for (const { statusCode, body } of answers) {
    expect(statusCode).toBeGreaterThanOrEqual(500)
    expect(body).not.toMatch(/audit_log|permission|\.ts/)
  }
  expect(await state(id)).toEqual(before)
  expect((await client.post('register', { email: 'unrecorded@example.org', password })).statusCode).toBe(201)
  expect((await client.post('refresh', { refreshToken })).statusCode).toBe(200)
})

async function state(id: string): Promise<unknown[]> {
  const { rows } = await system.admin.query(
    `select c.version as account, s.version as session, s.revoked_at, c.password_hash
       from auth.credentials c left join auth.sessions s on s.user_id = c.id
      where c.id = $1`,
    [id],
  )
  return rows
}
