import type { Answer, Client } from './client.js'
import type { Worker } from './load.js'

const mine = '/api/users/me'

interface KnownProfile {
  displayName: string
  bio: string
  version: number
}

/**
 * Somebody who changes their name and what they say of themselves, and whom others look up.
 *
 * @param id - Who it is.
 * @param isFilled - Whether somebody fills profiles, which moves their version and changes nothing that was known.
 */
export function userWorker(client: Client, id: string, isFilled: () => boolean): Worker {
  let known: KnownProfile | undefined
  let turn = 0

  const etag = (back = 0): string => `"${(known?.version ?? 1) - back}"`

  /** Who shows the parts of a name shows those of this name. */
  function compare(what: string, { body, by }: Pick<Answer, 'body' | 'by'>): void {
    const { displayName, bio, version } = body
    const { given, family } = (body['name'] ?? { given: displayName, family: null }) as Record<
      string,
      string | null
    >
    const joined = family === null ? given : `${given ?? ''} ${family ?? ''}`
    const isKnown = known && displayName === known.displayName && bio === known.bio && joined === displayName
    const isHere = version === undefined || version === known?.version
    if (!isKnown || !isHere) client.wrong(`${what} by ${by} says something else`, { body, known })
  }

  async function readOwn(): Promise<void> {
    const found = await client.ask({ method: 'GET', path: mine, route: mine, expects: [200] })
    if (found === undefined) return
    const { displayName, bio, version } = found.body as unknown as KnownProfile
    known ??= { displayName, bio, version }
    if (isFilled() && version > known.version) known.version = version
    compare('GET', found)
  }

  async function change(changes: Partial<Omit<KnownProfile, 'version'>>): Promise<void> {
    const patch = (isExpected: boolean): Promise<Answer | undefined> =>
      client.ask({
        method: 'PATCH',
        path: mine,
        route: mine,
        body: changes,
        headers: { 'if-match': etag() },
        expects: isExpected ? [200, 412] : [200],
      })
    let changed = await patch(isFilled())
    if (changed?.status === 412) {
      // Filled between two requests: the answer says what it is now, and that is what it was.
      if (known) known.version = (changed.body['current'] as KnownProfile).version
      compare('412', { ...changed, body: changed.body['current'] as Answer['body'] })
      changed = await patch(false)
    }
    if (changed === undefined || known === undefined) return
    Object.assign(known, changes, { version: known.version + 1 })
    compare('PATCH', changed)
  }

  async function loseARace(): Promise<void> {
    await client.ask({
      method: 'PATCH',
      path: mine,
      route: `${mine} (stale)`,
      body: { bio: 'too late' },
      headers: { 'if-match': etag(1) },
      expects: [412],
    })
  }

  async function beSeen(): Promise<void> {
    const route = '/api/users/{id}'
    const seen = await client.ask({ method: 'GET', path: `/api/users/${id}`, route, expects: [200] })
    if (seen) compare('GET', seen)
  }

  async function beListed(): Promise<void> {
    const path = `/api/users?ids=${id}`
    const page = await client.ask({ method: 'GET', path, route: '/api/users?ids', expects: [200] })
    const [first] = (page?.body['items'] ?? []) as Answer['body'][]
    if (page) compare('GET', { ...page, body: first ?? {} })
  }

  return {
    step: async () => {
      if (known === undefined) return readOwn()
      turn += 1
      const lot = Math.random()
      if (lot < 0.25) return change({ displayName: `Ada ${turn % 3 === 0 ? '' : `King ${turn} `}Lovelace` })
      if (lot < 0.4) return change({ bio: `Turn ${turn}` })
      if (lot < 0.45 && known.version > 1) return loseARace()
      if (lot < 0.6) return beSeen()
      if (lot < 0.7) return beListed()
      return readOwn()
    },
    settle: async () => {
      await readOwn()
      await beSeen()
    },
  }
}
