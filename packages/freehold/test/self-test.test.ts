import { systemBinaries } from '@freehold/embedded'
import { pgHbaLines, proveSystem } from 'freehold'
import { selfTest, throwawayServer, type ThrowawayServer } from 'freehold/testing'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  throwawayRoot,
  throwawaySystem,
  type ThrowawaySystem,
} from '../src/proving/self-test/throwaway-system.js'
import { weaken } from '../src/proving/self-test/weaken.js'
import { weakenings } from '../src/proving/self-test/weakenings/index.js'

const major = Number(process.env['FREEHOLD_TEST_POSTGRES'] ?? 18)
const binaries = process.env['FREEHOLD_TEST_POSTGRES'] === undefined ? undefined : systemBinaries(major)

const all = process.env['FREEHOLD_TEST_WEAKENINGS'] === 'all'

/** Where a version has rules of its own; `freehold prove --self-test` runs all. */
const ofRoles = /^(role|member|predefined|parameter|server)\./
/** What is another thing when two services share a database. */
const ofSharing = /^(record|table|crossing|function)\./

const chosen = {
  'database-per-service': weakenings.filter(
    ({ id, strategy }) => strategy !== 'shared-database' && (major >= 18 || ofRoles.test(id)),
  ),
  'shared-database': weakenings.filter(
    ({ id, strategy }) =>
      strategy === 'shared-database' || (strategy === undefined && major >= 18 && ofSharing.test(id)),
  ),
} as const

describe.each(['database-per-service', 'shared-database'] as const)('a system under %s', (strategy) => {
  let server: ThrowawayServer
  let throwaway: ThrowawaySystem
  beforeAll(async () => {
    server = await throwawayServer(binaries)
    throwaway = await throwawaySystem(server.url, server.version, strategy)
  })
  afterAll(async () => {
    await throwaway.remove()
    await server.remove()
  })

  const fitting = chosen[strategy]
    .filter(({ from = 0 }) => major * 10_000 >= from)
    // Each takes a second: the suite tries every third of them, and all when it is told to.
    .filter((_, i) => all || i % 3 === 0)

  it.each(fitting.map((weakening) => [weakening.what, weakening] as const))(
    'with %s is not proven, and that is named',
    async (_what, weakening) => {
      expect(await weaken(server, throwaway, weakening)).toMatchObject({ isCaught: true })
    },
  )

  it('is proven when all of it is taken back', async () => {
    const { verdict, counts } = await proveSystem(throwaway.context, { root: throwawayRoot, who: 'test' })
    expect({ verdict, failed: counts.failed }).toEqual({ verdict: 'held', failed: 0 })
  })
})

describe('a server that is there for nothing else', () => {
  let server: ThrowawayServer
  beforeAll(async () => {
    server = await throwawayServer(binaries)
  })
  afterAll(() => server.remove())

  it('gives the mutation score of a self-test, which counts what is not caught', async () => {
    const ids = ['role.superuser', 'log.default', 'migration.grants']
    const score = await selfTest(server, {
      strategy: 'database-per-service',
      only: ({ id }) => ids.includes(id),
    })
    expect(score).toMatchObject({ caught: 3, caughtByAttack: 1, all: 3 })
  })

  it('has its statements read, where it remembers them', async () => {
    await server.restart({ shared_preload_libraries: 'pg_stat_statements' })
    const { context, remove } = await throwawaySystem(server.url, server.version, 'database-per-service')
    const run = async (url: string, sql: string): Promise<void> => {
      const client = new pg.Client({ connectionString: url })
      await client.connect()
      await client.query(sql)
      await client.end()
    }
    await run(server.url, 'create extension pg_stat_statements')
    const sent = async (): Promise<string[]> => {
      const { findings } = await proveSystem(context, {
        root: throwawayRoot,
        who: 'test',
        chapters: ['static'],
      })
      return findings
        .filter(({ id }) => id === 'sent')
        .map(({ service, verdict, what }) => `${service} ${verdict}: ${what}`)
    }
    expect((await sent()).every((text) => text.includes('held: '))).toBe(true)
    const north = (await context.credentials.read('north', 'app')) ?? ''
    await run(north, 'select count(*) from things')
    await run(north, 'select pg_catalog.now()')
    expect((await sent()).every((text) => text.includes('held: '))).toBe(true)
    // What another service would hear of, were it in this database.
    const administrator = new URL(server.url)
    administrator.pathname = '/north_db'
    await run(
      administrator.href,
      'create schema south; create table south.orders (x integer); grant usage on schema south to north_app; grant select on south.orders to north_app',
    )
    await run(north, 'select count(*) from south.orders')
    await run(administrator.href, 'drop schema south cascade')
    expect(await sent()).toContain('north failed: a statement speaks of south.orders')
    await remove()
  })

  it('tells nobody which databases exist, with the lines of `freehold hba`', async () => {
    const { context, remove } = await throwawaySystem(server.url, server.version, 'database-per-service')
    const told = async (): Promise<unknown> => {
      const { verdict, findings } = await proveSystem(context, {
        root: throwawayRoot,
        who: 'test',
        chapters: ['isolation'],
      })
      return [
        verdict,
        ...findings.filter(({ id }) => id === 'connect.existence').map((finding) => finding.verdict),
      ]
    }
    expect(await told()).toEqual(['held', 'residual', 'residual'])
    await server.setHba(pgHbaLines(context.system))
    expect(await told()).toEqual(['held', 'held', 'held'])
    await server.setHba(['host all all 127.0.0.1/32 scram-sha-256'])
    await remove()
  })

  it('that goes away in the middle is an error and no verdict', async () => {
    const { context, remove } = await throwawaySystem(server.url, server.version, 'database-per-service')
    let gone: Promise<void> | undefined
    const proving = proveSystem(context, {
      root: throwawayRoot,
      who: 'test',
      onProgress: (what) => {
        if (what.startsWith('attacking')) gone ??= server.restart({})
      },
    })
    // It depends on whether a connection breaks, or the next one is not to be had.
    const code = expect.stringMatching(/^FREEHOLD_(PROVE_INTERRUPTED|SERVER_UNREACHABLE)$/) as string
    await expect(proving).rejects.toMatchObject({ code })
    await gone
    await remove()
  })
})
