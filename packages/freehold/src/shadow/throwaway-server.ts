import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type * as Embedded from '@freehold/embedded'
import { FreeholdError } from '@freehold/manifest/errors'

/** A server that is there to be weakened or tried on, and for nothing else. */
export interface ThrowawayServer {
  /** The administrator's. It stays the same over a restart. */
  readonly url: string
  /** As `server_version_num`. */
  readonly version: number
  /** Replaces the lines of `pg_hba.conf` after the administrator's own. */
  setHba(lines: readonly string[]): Promise<void>
  /** Starts it anew with other settings. */
  restart(settings: Readonly<Record<string, string>>): Promise<void>
  /** Stops it and removes its data. */
  remove(): Promise<void>
}

/**
 * Boots a server of one's own.
 *
 * @param binaries - Those from npm when absent.
 * @param whenMissing - The code of the error where `@freehold/embedded` is not installed.
 * @throws FreeholdError that, and what `startServer` throws.
 */
export async function throwawayServer(
  binaries?: Embedded.PostgresBinaries,
  whenMissing: 'FREEHOLD_PROVE_NO_SERVER' | 'FREEHOLD_SHADOW_NO_SERVER' = 'FREEHOLD_PROVE_NO_SERVER',
): Promise<ThrowawayServer> {
  const { freePort, removeData, startServer } = await embedded(whenMissing)
  const folder = await mkdtemp(join(tmpdir(), 'freehold-throwaway-'))
  // As root, the server runs as another account, which has to come through here.
  await chmod(folder, 0o711)
  const directory = join(folder, 'data')
  const options = {
    directory,
    port: await freePort(),
    password: 'throwaway',
    durable: false,
    ...(binaries && { binaries }),
  }
  let server: Embedded.EmbeddedServer = await startServer(options)
  return {
    url: server.url,
    version: server.version,
    setHba: (lines) => server.setHba(lines),
    async restart(settings) {
      await server.stop()
      server = await startServer({ ...options, settings })
    },
    async remove() {
      await server.stop('immediate')
      await removeData(directory)
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function embedded(
  whenMissing: 'FREEHOLD_PROVE_NO_SERVER' | 'FREEHOLD_SHADOW_NO_SERVER',
): Promise<typeof Embedded> {
  try {
    return await import('@freehold/embedded')
  } catch (cause) {
    throw new FreeholdError(whenMissing, {
      message: 'The package @freehold/embedded, which brings a server to throw away, is not installed.',
      cause,
    })
  }
}
