import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { removeData, startServer } from '@freehold/embedded'
import { rolesOf, type System } from '@freehold/manifest'
import { systemTemplates, type TestSystem } from 'freehold/testing'
import { onDatabase } from './on-database.js'

/** Fresh databases of a system, on some server. */
export interface Stage {
  readonly databases: TestSystem
  /** Another set of the same databases, as fresh. */
  clone(): Promise<TestSystem>
  /** A new database that nobody guards, for a contender that brings its own tables; its URL, as superuser. */
  emptyDatabase(name: string): Promise<string>
}

/**
 * Provisions a system on a server that is there.
 *
 * @param adminUrl - The server, as superuser.
 * @param root - The folder from which the migrations' folders are found.
 */
export async function stageOn(adminUrl: string, system: System, root: string): Promise<Stage> {
  const templates = await systemTemplates({ adminUrl, system, root })
  const databases = await templates.clone()
  await liftConnectionLimits(adminUrl, system)
  return {
    databases,
    clone: () => templates.clone(),
    emptyDatabase: (name) => emptyDatabase(adminUrl, name),
  }
}

/**
 * Boots a server of its own, whose commits reach the disk as in production, and provisions a system on it.
 *
 * @param root - The folder from which the migrations' folders are found.
 */
export async function openStage(system: System, root: string): Promise<Stage & AsyncDisposable> {
  const directory = await mkdtemp(join(tmpdir(), 'freehold-bench-'))
  const data = join(directory, 'data')
  const server = await startServer({
    directory: data,
    durable: true,
    settings: { shared_buffers: '512MB', max_wal_size: '4GB', max_connections: '250' },
  })
  const close = async (): Promise<void> => {
    await server.stop('immediate')
    await removeData(data)
    await rm(directory, { recursive: true, force: true })
  }
  try {
    const stage = await stageOn(server.url, system, root)
    return { ...stage, [Symbol.asyncDispose]: close }
  } catch (error) {
    await close()
    throw error
  }
}

// Several contenders hold their pools at once, which one service never would.
async function liftConnectionLimits(adminUrl: string, system: System): Promise<void> {
  await onDatabase(adminUrl, async (client) => {
    for (const service of system.services)
      await client.query(`alter role ${rolesOf(service).app} connection limit -1`)
  })
}

async function emptyDatabase(adminUrl: string, name: string): Promise<string> {
  await onDatabase(adminUrl, (client) => client.query(`create database ${name}`))
  const url = new URL(adminUrl)
  url.pathname = `/${name}`
  return url.href
}
