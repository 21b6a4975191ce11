import { randomBytes } from 'node:crypto'
import { Client, type Body } from './client.js'
import type { Tally } from './tally.js'

/** Somebody with an account. */
export interface Person {
  readonly id: string
  readonly email: string
  readonly password: string
  readonly tokens: Tokens
}

/** What a login and a refresh answer. */
export interface Tokens {
  readonly accessToken: string
  readonly refreshToken: string
}

/** Registers somebody and logs them in. */
export async function newPerson(authPort: number, tally: Tally, displayName: string): Promise<Person> {
  const client = new Client(authPort, tally)
  const email = `${randomBytes(6).toString('hex')}@example.com`
  const password = randomBytes(12).toString('hex')
  const registered = await client.ask({
    method: 'POST',
    path: '/api/auth/register',
    route: '/api/auth/register',
    body: { email, password, displayName },
    expects: [201],
  })
  const tokens = await logIn(client, email, password)
  return {
    id: String(registered?.body['id']),
    email,
    password,
    tokens: tokens ?? { accessToken: '', refreshToken: '' },
  }
}

/** Logs somebody in once more. */
export async function logIn(client: Client, email: string, password: string): Promise<Tokens | undefined> {
  const login = await client.ask({
    method: 'POST',
    path: '/api/auth/login',
    route: '/api/auth/login',
    body: { email, password },
    expects: [200],
  })
  return login && tokensIn(login.body)
}

/** The tokens of an answer. */
export function tokensIn(body: Body): Tokens {
  return { accessToken: String(body['accessToken']), refreshToken: String(body['refreshToken']) }
}
