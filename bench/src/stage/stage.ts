import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { removeData, startServer } from '@freehold/embedded'
import { rolesOf, type System } from '@freehold/manifest'
import { systemTemplates, type TestSystem } from 'freehold/testing'
import pg from 'pg'

/** A durable server of its own, with a fresh set of a system's databases. */
export interface Stage extends AsyncDisposable {
  readonly databases: TestSystem
}

/**
 * Boots a server whose commits reach the disk, as in production, and provisions a system on it.
 *
 * @param root - The folder from which the migrations' folders are found.
 */
export async function openStage(system: System, root: string): Promise<Stage> {
  const directory = await mkdtemp(join(tmpdir(), 'freehold-bench-'))
  const data = join(directory, 'data')
  const server = await startServer({
    directory: data,
    durable: true,
    settings: { shared_buffers: '512MB', max_wal_size: '4GB' },
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
    return { databases, [Symbol.asyncDispose]: close }
  } catch (error) {
    await close()
    throw error
  }
}

// Several contenders hold their pools at once, which one service never would.
async function liftConnectionLimits(adminUrl: string, system: System): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl })
  await client.connect()
  try {
    for (const service of system.services)
      await client.query(`alter role ${rolesOf(service).app} connection limit -1`)
  } finally {
    await client.end()
  }
}
