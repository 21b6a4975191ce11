import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { guild, heraldService, JoinedV1, type Guild } from '../../test/fixtures/guild.js'
import { on } from '../consumers/index.js'
import type { Transaction } from '../database/index.js'
import type { HeardOf } from '../events/index.js'
import { isErased } from '../personal/index.js'
import { startProjection, type Projection, type ProjectionOptions } from './index.js'

let house: Guild
const projections: Projection[] = []

beforeAll(async () => {
  house = await guild()
})
afterAll(async () => {
  await Promise.all(projections.map((projection) => projection.stop()))
  await house.drop()
})

/** Whom the rebuild cannot enter. */
let refused: string | undefined

async function enter(tx: Transaction, { memberId, name }: HeardOf<typeof JoinedV1>): Promise<void> {
  const { rows } = await tx.query<{ schema: string }>('select current_schema()::text as schema')
  if (memberId === refused && rows[0]?.schema === 'herald_rebuild') throw new RangeError('not now')
  await tx.query('insert into roll (id, name) values ($1, $2)', [
    memberId,
    isErased(name) ? '(forgotten)' : name,
  ])
}

function shown(options: Partial<ProjectionOptions> = {}): Projection {
  const projection = startProjection({
    service: heraldService,
    table: 'roll',
    sources: {
      guild: {
        transport: house.feed(),
        keys: house.publisherKeys().of('guild'),
        handlers: { [JoinedV1.type]: on(JoinedV1, (tx, { data }) => enter(tx, data)) },
      },
    },
    db: house.herald,
    leaseMs: 1_000,
    pollMs: 100,
    // What the rebuild has failed at is not tried again by its own consumer while the test lasts.
    retry: { firstMs: 60_000, mostMs: 60_000 },
    ...options,
  })
  projections.push(projection)
  return projection
}

async function names(schema = 'herald'): Promise<Record<string, string>> {
  const { rows } = await house.herald.query<{ id: string; name: string }>(
    `select id, name from ${schema}.roll`,
  )
  return Object.fromEntries(rows.map(({ id, name }) => [id, name]))
}

it('shows plain names; a rebuild after somebody was forgotten does not, and is verified, aligned and swapped', async () => {
  const [gone, there] = [randomUUID(), randomUUID()]
  const last = await house.join(gone, there)
  const projection = shown()
  await expect.poll(() => projection.state().live?.sources['guild']?.position).toBe(last)
  const plain = { [gone]: `Plain-Name of ${gone}`, [there]: `Plain-Name of ${there}` }
  expect(await names()).toEqual(plain)

  await house.keys.destroy({ subject: gone })
  await projection.stop()
  // A process that has just begun: what the other one remembers of keys, it does not.
  let failures = 0
  const fresh = shown({ onError: (_, { event }) => (failures += event === undefined ? 0 : 1) })
  await expect.poll(() => fresh.state().live?.build).toBe(1)
  await fresh.rebuild()
  await expect.poll(() => fresh.state().rebuild?.sources['guild']?.position).toBe(last)
  expect(await names('herald_rebuild')).toEqual({ ...plain, [gone]: '(forgotten)' })

  const verification = await fresh.verify()
  expect(verification).toMatchObject({
    isSame: false,
    rows: 2,
    differences: [{ key: gone, inLive: true, inRebuild: true }],
    parked: { live: 0, rebuild: 0 },
  })
  const late = randomUUID()
  refused = late
  const end = await house.join(late)
  // From then on its lane waits for half a minute.
  await expect.poll(() => failures).toBe(1)
  await expect.poll(() => fresh.state().live?.sources['guild']?.position).toBe(end)
  expect(await names('herald_rebuild')).not.toHaveProperty([late])
  refused = undefined
  const { digest, positions } = await fresh.verify()
  expect(positions).toEqual({ guild: end })
  await fresh.swap({ digest })
  expect(await names()).toEqual({ ...plain, [gone]: '(forgotten)', [late]: `Plain-Name of ${late}` })
})

it('does not start without anybody to ask for keys', () => {
  const handlers = { [JoinedV1.type]: on(JoinedV1, async () => undefined) }
  const keyless = { guild: { transport: house.feed(), handlers } }
  expect(() => shown({ sources: keyless })).toThrow(
    expect.objectContaining({ code: 'FREEHOLD_KEY_STORE_MISSING' }),
  )
})
