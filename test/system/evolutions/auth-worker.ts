import { isDeepStrictEqual } from 'node:util'
import { decodeJwt } from 'jose'
import type { Body, Client } from './client.js'
import type { Worker } from './load.js'
import { logIn, tokensIn, type Person, type Tokens } from './people.js'

interface KnownSession {
  readonly id: string
  tokens: Tokens
  /** One that it had before, and that is good no more. */
  stale: string | undefined
  /** Where it was last used from. */
  address: string
}

const refreshPath = '/api/auth/refresh'

/**
 * Somebody who is logged in from several places: they refresh, look at their sessions, log in and out, and one token of
 * theirs is stolen now and then. A session is left alone throughout, for the one time that nobody writes it but a migration.
 *
 * @param index - Tells the addresses of one person from those of another.
 */
export function authWorker(client: Client, person: Person, index: number): Worker {
  const sessions: KnownSession[] = [newSession(person.tokens, '127.0.0.1')]
  let idle: KnownSession | undefined
  let turn = 0
  const nextAddress = (): string =>
    (turn += 1) % 2 === 0
      ? `192.0.2.${(turn % 250) + 1}`
      : `2001:db8:${index + 1}::${((turn % 9_000) + 1).toString(16)}`
  const from = (address: string) => ({ 'x-forwarded-for': address })

  async function enter(): Promise<KnownSession | undefined> {
    const tokens = await logIn(client, person.email, person.password)
    return tokens && newSession(tokens, '127.0.0.1')
  }

  async function refresh(session: KnownSession): Promise<void> {
    const address = nextAddress()
    const answer = await client.ask({
      method: 'POST',
      path: refreshPath,
      route: refreshPath,
      body: { refreshToken: session.tokens.refreshToken },
      headers: from(address),
      expects: [200],
    })
    if (answer === undefined) return
    session.stale = session.tokens.refreshToken
    session.tokens = tokensIn(answer.body)
    session.address = address
  }

  /** Presents a token that was used: the session ends, for both. */
  async function steal(session: KnownSession): Promise<void> {
    for (const refreshToken of [session.stale, session.tokens.refreshToken]) {
      await client.ask({
        method: 'POST',
        path: refreshPath,
        route: `${refreshPath} (stolen)`,
        body: { refreshToken },
        expects: [401],
      })
    }
    sessions.splice(sessions.indexOf(session), 1)
  }

  async function end(session: KnownSession): Promise<void> {
    const path = `/api/auth/sessions/${session.id}`
    client.token = sessions[0]?.tokens.accessToken
    const ended = await client.ask({
      method: 'DELETE',
      path,
      route: '/api/auth/sessions/{id}',
      expects: [204],
    })
    if (ended) sessions.splice(sessions.indexOf(session), 1)
  }

  async function list(): Promise<void> {
    client.token = sessions[0]?.tokens.accessToken
    const path = '/api/auth/sessions'
    const page = await client.ask({ method: 'GET', path: `${path}?limit=100`, route: path, expects: [200] })
    if (page === undefined) return
    const shown = Object.fromEntries((page.body['items'] as Body[]).map(({ id, ip }) => [id, ip]))
    const known = Object.fromEntries(
      [...sessions, ...(idle ? [idle] : [])].map(({ id, address }) => [id, address]),
    )
    if (!isDeepStrictEqual(shown, known)) client.wrong(`other sessions by ${page.by}`, { shown, known })
  }

  async function step(): Promise<void> {
    idle ??= await enter()
    const lot = Math.random()
    const session = sessions[Math.floor(Math.random() * sessions.length)]
    const other = sessions.length > 1 && session !== sessions[0] ? session : undefined
    if (session === undefined) return
    if (lot < 0.03 && sessions.length < 5) {
      const entered = await enter()
      if (entered) sessions.push(entered)
    } else if (lot < 0.3) await list()
    else if (lot < 0.32 && other) await end(other)
    else if (lot < 0.34 && other?.stale !== undefined) await steal(other)
    else await refresh(session)
  }

  return {
    step,
    settle: async () => {
      await list()
      if (idle) await refresh(idle)
      await list()
    },
  }
}

function newSession(tokens: Tokens, address: string): KnownSession {
  return { id: String(decodeJwt(tokens.accessToken)['sid']), tokens, stale: undefined, address }
}
