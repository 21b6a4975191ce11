import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { databaseOf, serviceNamed, type Strategy } from '@freehold/manifest'
import { FreeholdError, isFreeholdError } from '@freehold/manifest/errors'
import { asAdministrator } from '../../provisioning/administrator.js'
import { planSystem } from '../../provisioning/plan-system.js'
import type { Finding } from '../finding.js'
import type { Proof } from '../proof.js'
import { proveSystem, type ProveOptions } from '../prove-system.js'
import type { ThrowawayServer } from './throwaway-server.js'
import { throwawayRoot, throwawaySystem, type ThrowawaySystem } from './throwaway-system.js'
import type { Act, Place, Sql, Weakening } from './weakening.js'
import { weakenings as all } from './weakenings/index.js'

/** What came of one weakening. */
export interface Mutation {
  readonly id: string
  readonly what: string
  /** Whether the proof failed and named it. */
  readonly isCaught: boolean
  /** Whether an attack got through, and the difference was not only seen. */
  readonly byAttack: boolean
  /** What failed then, the first few. */
  readonly found: readonly string[]
}

/** How many weakenings the proof catches. */
export interface MutationScore {
  readonly strategy: Strategy['kind']
  /** As `server_version_num`. */
  readonly version: number
  readonly mutations: readonly Mutation[]
  readonly caught: number
  readonly caughtByAttack: number
  readonly all: number
  readonly seconds: number
}

/** How a self-test is run. */
export interface SelfTestOptions {
  readonly strategy: Strategy['kind']
  /** Only these of the weakenings; all that fit when absent. */
  readonly only?: (weakening: Weakening) => boolean
  /** Called before each weakening. */
  readonly onProgress?: (what: string) => void
}

/**
 * Weakens a system of its own in every way of the list, one at a time, and sees that {@link proveSystem} fails and
 * names it. Between two weakenings, all is as the manifest says.
 *
 * @param server - One that nobody else uses.
 * @throws FreeholdError `FREEHOLD_PROVE_SELF_TEST` when the proof fails on a system that nobody weakened, so that
 *   failing says nothing.
 */
export async function selfTest(server: ThrowawayServer, options: SelfTestOptions): Promise<MutationScore> {
  const began = Date.now()
  const { strategy, only = () => true, onProgress = () => undefined } = options
  const throwaway = await throwawaySystem(server.url, server.version, strategy)
  try {
    await requireSound(throwaway)
    const mutations: Mutation[] = []
    for (const weakening of all.filter((each) => fits(each, server, strategy) && only(each))) {
      onProgress(weakening.what)
      mutations.push(await weaken(server, throwaway, weakening))
    }
    await requireSound(throwaway)
    return {
      strategy,
      version: server.version,
      mutations,
      caught: mutations.filter(({ isCaught }) => isCaught).length,
      caughtByAttack: mutations.filter(({ isCaught, byAttack }) => isCaught && byAttack).length,
      all: mutations.length,
      seconds: (Date.now() - began) / 1000,
    }
  } finally {
    await throwaway.remove()
  }
}

function fits(
  { strategy, from = 0 }: Weakening,
  { version }: ThrowawayServer,
  kind: Strategy['kind'],
): boolean {
  return (strategy === undefined || strategy === kind) && version >= from
}

const base: Pick<ProveOptions, 'who' | 'root'> = { who: 'self-test', root: throwawayRoot }

async function requireSound({ context }: ThrowawaySystem): Promise<void> {
  const { verdict, findings } = await proveSystem(context, base)
  if (verdict === 'held') return
  const wrong = findings.filter(
    (finding) =>
      finding.verdict === 'failed' || (finding.verdict === 'not looked at' && finding.optional !== true),
  )
  throw new FreeholdError('FREEHOLD_PROVE_SELF_TEST', {
    message: `The proof is ${verdict} on a system that nobody weakened:\n${wrong.map((finding) => `  ${told(finding)}`).join('\n')}`,
    details: { verdict },
  })
}

async function weaken(
  server: ThrowawayServer,
  throwaway: ThrowawaySystem,
  weakening: Weakening,
): Promise<Mutation> {
  const { id, what, named } = weakening
  const done = await doIt(server, throwaway, weakening.act).catch((error: unknown) => String(error))
  if (typeof done === 'string')
    return { id, what, isCaught: false, byAttack: false, found: [`it could not be made: ${done}`] }
  const { root, takeBack } = done
  try {
    // What its attacker alone finds is among what all of them find, so that all need not attack each time.
    const attempts: Pick<ProveOptions, 'services'>[] = [{ services: ['north'] }, {}]
    let found: readonly string[] = []
    let byAttack = false
    for (const attempt of attempts) {
      const proof = await proofOrError(throwaway, { ...base, root, ...attempt })
      found = proof.told
      byAttack ||= proof.byAttack
      if (found.some((text) => named.test(text)))
        return { id, what, isCaught: true, byAttack, found: some(found, named) }
    }
    return { id, what, isCaught: false, byAttack, found: some(found, named) }
  } finally {
    await takeBack()
  }
}

function some(found: readonly string[], named: RegExp): string[] {
  return [...found.filter((text) => named.test(text)), ...found.filter((text) => !named.test(text))].slice(
    0,
    3,
  )
}

interface Told {
  readonly told: readonly string[]
  readonly byAttack: boolean
}

async function proofOrError({ context }: ThrowawaySystem, options: ProveOptions): Promise<Told> {
  try {
    const proof: Proof = await proveSystem(context, options)
    const failed = proof.findings.filter(({ verdict }) => verdict === 'failed')
    return { told: failed.map(told), byAttack: failed.some(({ as }) => as !== undefined) }
  } catch (error) {
    if (!isFreeholdError(error)) throw error
    return { told: [`${error.code}: ${error.message}`], byAttack: false }
  }
}

/** A finding on one line: `north_app → south: enters its database (it was let in)`. */
function told({ as, against, what, says = '', chapter }: Finding): string {
  return `[${chapter}] ${as ?? 'the catalog'} → ${against}: ${what} (${says})`
}

interface Done {
  readonly root: string
  takeBack(): Promise<void>
}

const openHba = 'host all all 127.0.0.1/32 scram-sha-256'

async function doIt(server: ThrowawayServer, throwaway: ThrowawaySystem, act: Act): Promise<Done> {
  const mended = async (): Promise<void> => {
    if ((await planSystem(throwaway.context)).changes.length > 0) await throwaway.mend()
  }
  if ('hba' in act) {
    await server.setHba([...act.hba, openHba])
    return { root: throwawayRoot, takeBack: () => server.setHba([openHba]) }
  }
  if ('settings' in act) {
    await server.restart(act.settings)
    return { root: throwawayRoot, takeBack: () => server.restart({}) }
  }
  if ('migration' in act) return withMigration(throwaway, act.migration)
  await run(throwaway, act.in, act.sql)
  return {
    root: throwawayRoot,
    async takeBack() {
      if (act.undo !== undefined) await run(throwaway, act.in, act.undo)
      await mended()
    },
  }
}

async function withMigration({ context }: ThrowawaySystem, sql: string): Promise<Done> {
  const root = await mkdtemp(join(tmpdir(), 'freehold-self-test-migrations-'))
  await cp(throwawayRoot, root, { recursive: true })
  await writeFile(join(root, serviceNamed(context.system, 'north').migrations, '0002_weak.sql'), sql)
  return { root, takeBack: () => rm(root, { recursive: true, force: true }) }
}

async function run({ context: { system, servers } }: ThrowawaySystem, place: Place, sql: Sql): Promise<void> {
  const database = (name: string): string => databaseOf(system, serviceNamed(system, name))
  const where = {
    server: 'postgres',
    template1: 'template1',
    north: database('north'),
    south: database('south'),
  }
  await asAdministrator(servers.urlFor('north'), where[place], async (client) => {
    for (const statement of typeof sql === 'string' ? [sql] : sql)
      await client.query(
        statement.replaceAll('{north}', database('north')).replaceAll('{south}', database('south')),
      )
  })
}
