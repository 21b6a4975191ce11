import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { databaseOf, serviceNamed } from '@freehold/manifest'
import { asAdministrator } from '../../provisioning/administrator.js'
import { applyPlan } from '../../provisioning/apply-plan.js'
import type { Plan } from '../../provisioning/plan.js'
import type { ThrowawayServer } from '../../shadow/throwaway-server.js'
import { throwawayRoot, type ThrowawaySystem } from './throwaway-system.js'
import type { Act, Place, Sql } from './weakening.js'

/** A weakening that was made. */
export interface Done {
  /** Where the migrations are found now. */
  readonly root: string
  /** Makes all as it was. @param plan - What differed because of it. */
  takeBack(plan: Plan): Promise<void>
}

const openHba = 'host all all 127.0.0.1/32 scram-sha-256'

/** Weakens a system. */
export async function doIt(server: ThrowawayServer, throwaway: ThrowawaySystem, act: Act): Promise<Done> {
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
    async takeBack(plan) {
      if (act.undo !== undefined) await run(throwaway, act.in, act.undo)
      await applyPlan(throwaway.context, plan)
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
