import { randomBytes } from 'node:crypto'

/** An answer of the API. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly etag: string
  // What a test looks into; each knows what it asked for.
  readonly body: Record<string, unknown>
}

/** Somebody who is logged in. */
export interface Person {
  readonly id: string
  readonly email: string
  readonly password: string
  readonly token: string
  readonly refreshToken: string
  send(
    method: string,
    path: string,
    body?: unknown,
    headers?: Readonly<Record<string, string>>,
  ): Promise<Answer>
}

/** Sends one request to a running system. */
export async function send(
  base: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const response = await fetch(`${base}${path}`, {
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return {
    status: response.status,
    headers: response.headers,
    etag: response.headers.get('etag') ?? '',
    body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>),
  }
}

/** Registers somebody new and logs them in. */
export async function join(base: string, displayName = 'Ada'): Promise<Person> {
  const email = `${randomBytes(6).toString('hex')}@example.com`
  const password = randomBytes(12).toString('hex')
  const registered = await send(base, 'POST', '/api/auth/register', { email, password, displayName })
  const login = await send(base, 'POST', '/api/auth/login', { email, password })
  const token = String(login.body['accessToken'])
  return {
    id: String(registered.body['id']),
    email,
    password,
    token,
    refreshToken: String(login.body['refreshToken']),
    send: (method, path, body, headers = {}) =>
      send(base, method, path, body, { authorization: `Bearer ${token}`, ...headers }),
  }
}
