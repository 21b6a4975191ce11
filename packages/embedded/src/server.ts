import { randomBytes } from 'node:crypto'
import { canRun } from './account/reach.js'
import type { PostgresBinaries } from './binaries/binaries.js'
import { copyBinaries } from './binaries/copy.js'
import { npmBinaries } from './binaries/npm.js'
import { connectionUrl, passwordRefused, versionBehind } from './cluster/connection.js'
import { hbaText, openHba, writeHba } from './cluster/hba.js'
import { checkVersion, initialize } from './cluster/initialize.js'
import { checkPassword, setPassword } from './cluster/password.js'
import type { Place } from './cluster/place.js'
import { findPlace, openRefugeRoot, refugeRoot } from './cluster/place.js'
import { replaceHba } from './cluster/reload.js'
import type { EmbeddedServer, ServerOptions } from './embedded-server.js'
import { launchGuarded } from './launch-guarded.js'
import { holdDirectory } from './process/hold.js'
import { isPortFree, portInUse } from './process/port.js'
import { stopLeftover } from './process/postmaster.js'

/**
 * Starts a PostgreSQL of this process's own, on the loopback address, with a password for everyone. A
 * server that an earlier, dead process left in the directory is stopped first. As root, PostgreSQL runs
 * as another account, which may need the data and the binaries to be elsewhere (see `findPlace`).
 *
 * @throws FreeholdError `FREEHOLD_PORT_IN_USE`, `FREEHOLD_EMBEDDED_IN_USE`, `FREEHOLD_EMBEDDED_VERSION`,
 *   `FREEHOLD_EMBEDDED_FAILED`, `FREEHOLD_EMBEDDED_NO_BINARIES`, `FREEHOLD_EMBEDDED_NO_ACCOUNT`,
 *   `FREEHOLD_EMBEDDED_UNREACHABLE`, `FREEHOLD_EMBEDDED_PLACE_UNSAFE`, `FREEHOLD_EMBEDDED_BAD_OPTION`.
 */
export async function startServer(options: ServerOptions): Promise<EmbeddedServer> {
  const { password = randomBytes(24).toString('base64url') } = options
  checkPassword(password)
  const place = await findPlace(options.directory)
  const release = await holdDirectory(place.dataDirectory)
  try {
    await stopLeftover(place.dataDirectory)
    if (options.port && !(await isPortFree(options.port))) throw portInUse(options.port)
    const binaries = await usableBinaries(options, place)
    await prepareData(options, place, binaries, password)
    options.onProgress?.('starting PostgreSQL')
    return await serve(options, place, binaries, password, release)
  } catch (error) {
    await release()
    throw error
  }
}

async function usableBinaries(options: ServerOptions, { account }: Place): Promise<PostgresBinaries> {
  const binaries = options.binaries ?? npmBinaries()
  if (!account || !binaries.relocatable || (await canRun(account, binaries))) return binaries
  await openRefugeRoot()
  return copyBinaries(binaries, refugeRoot, () =>
    options.onProgress?.(`copying PostgreSQL to where ${account.name} can run it`),
  )
}

async function prepareData(
  options: ServerOptions,
  place: Place,
  binaries: PostgresBinaries,
  password: string,
): Promise<void> {
  const { dataDirectory, account } = place
  const { durable = true, hba = openHba } = options
  if (place.initialized) {
    await checkVersion(dataDirectory, binaries)
    if (options.password === undefined) await setPassword({ binaries, dataDirectory, account, password })
  } else {
    options.onProgress?.('making the data directory')
    await initialize({ binaries, dataDirectory, account, password, durable })
  }
  await writeHba(dataDirectory, hbaText(hba), account)
}

/** Launches, and sees that the password holds: where an older one does, it is replaced. */
async function serve(
  options: ServerOptions,
  place: Place,
  binaries: PostgresBinaries,
  password: string,
  release: () => Promise<void>,
): Promise<EmbeddedServer> {
  const { dataDirectory, account } = place
  let running = await launchGuarded(options, place, binaries)
  let url = connectionUrl(running.port, password)
  try {
    let version = await versionBehind(url)
    if (version === 'wrong password') {
      await running.stop('fast')
      await setPassword({ binaries, dataDirectory, account, password })
      running = await launchGuarded(options, place, binaries)
      url = connectionUrl(running.port, password)
      version = await versionBehind(url)
    }
    if (version === 'wrong password') throw passwordRefused(dataDirectory)
    const { stop, ...facts } = running
    return {
      ...facts,
      url,
      host: '127.0.0.1',
      version,
      dataDirectory,
      exited: running.exited.then(release),
      setHba: async (lines) => replaceHba({ url, dataDirectory, account, lines }),
      stop: async (mode = 'fast') => {
        await stop(mode)
        await release()
      },
    }
  } catch (error) {
    await running.stop('fast')
    throw error
  }
}
