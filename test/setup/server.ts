import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PostgresBinaries } from '@freehold/embedded'
import { removeData, startServer, systemBinaries } from '@freehold/embedded'
import { FreeholdError } from '@freehold/manifest/errors'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** The superuser's URL of the one server that all tests of a run share. */
    serverUrl: string
  }
}

/**
 * Starts the server that the tests share, and provides its URL: `inject('serverUrl')`. With
 * FREEHOLD_TEST_POSTGRES=15 it is the PostgreSQL 15 that the operating system installed.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const binaries = wantedBinaries(process.env.FREEHOLD_TEST_POSTGRES)
  const directory = await mkdtemp(join(tmpdir(), 'freehold-tests-'))
  // As root, the server runs as another account, which has to come through here.
  await chmod(directory, 0o711)
  const data = join(directory, 'data')
  const server = await startServer({
    directory: data,
    durable: false,
    settings: { max_connections: '300' },
    ...binaries,
  })
  project.provide('serverUrl', server.url)
  return async () => {
    await server.stop('immediate')
    await removeData(data)
    await rm(directory, { recursive: true, force: true })
  }
}

function wantedBinaries(major: string | undefined): { binaries?: PostgresBinaries } {
  if (!major) return {}
  const binaries = systemBinaries(Number(major))
  if (binaries) return { binaries }
  throw new FreeholdError('FREEHOLD_EMBEDDED_NO_BINARIES', {
    message: `FREEHOLD_TEST_POSTGRES asks for PostgreSQL ${major}, which is not installed here.`,
    fix: `Install it (on Debian: apt install postgresql-${major}), or unset the variable.`,
  })
}
