import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { removeData, startServer } from '@freehold/embedded'
import { rolesOf, type System } from '@freehold/manifest'
import { systemTemplates, type TestSystem } from 'freehold/testing'
import { onDatabase } from './on-database.js'

/** A durable server of its own, with a fresh set of a system's databases. */
export interface Stage extends AsyncDisposable {
  readonly databases: TestSystem
  /** Another set of the same databases, as fresh. */
  clone(): Promise<TestSystem>
  /** A new database that nobody guards, for a contender that brings its own tables; its URL, as superuser. */
  emptyDatabase(name: string): Promise<string>
}

/**
 * Boots a server whose commits reach the disk, as in production, and provisions a system on it.
 *
 * @param root - The folder from which the migrations' folders are found.
 * @param settings - Of the server, beside those that all benchmarks have.
 */
export async function openStage(
  system: System,
  root: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<Stage> {
  const directory = await mkdtemp(join(tmpdir(), 'freehold-bench-'))
  const data = join(directory, 'data')
  const server = await startServer({
    directory: data,
    durable: true,
    settings: { shared_buffers: '512MB', max_wal_size: '4GB', max_connections: '250', ...settings },
  })
  const close = async (): Promise<void> => {
    await server.stop('immediate')
    await removeData(data)
    await rm(directory, { recursive: true, force: true })
  }
  try {
    const templates = await systemTemplates({ adminUrl: server.url, system, root })
    const databases = await templates.clone()
    await liftConnectionLimits(server.url, system)
    return {
      databases,
      clone: () => templates.clone(),
      emptyDatabase: (name) => emptyDatabase(server.url, name),
      [Symbol.asyncDispose]: close,
    }
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
