import { isFreeholdError } from '@freehold/manifest/errors'
import type { PostgresBinaries } from './binaries/binaries.js'
import type { Place } from './cluster/place.js'
import { settingArguments } from './cluster/settings.js'
import type { ServerOptions } from './embedded-server.js'
import { guard } from './process/guardian.js'
import type { Postmaster } from './process/launch.js'
import { launch } from './process/launch.js'
import { freePort } from './process/port.js'

/** A postmaster with a guardian beside it, on a port that is known. */
export interface GuardedPostmaster extends Postmaster {
  readonly port: number
  readonly logFile: string
}

const portAttempts = 5

/**
 * Launches the postmaster on the port wanted, or on a free one: since somebody else may take a free port
 * before PostgreSQL does, that is tried again with another.
 */
export async function launchGuarded(
  options: ServerOptions,
  place: Place,
  binaries: PostgresBinaries,
): Promise<GuardedPostmaster> {
  const { durable = true, settings = {}, logFile = `${options.directory}.log` } = options
  for (let attempt = 1; ; attempt += 1) {
    const port = options.port || (await freePort())
    const args = settingArguments({ port, durable, settings })
    const guardian = guard(place.dataDirectory, place.account, durable ? 'fast' : 'immediate')
    try {
      const { ear } = guardian
      const postmaster = await launch({ binaries, ...place, port, args, logFile, ear })
      const exited = postmaster.exited.then(guardian.dismiss)
      const stop = async (mode: 'fast' | 'immediate') => {
        await postmaster.stop(mode)
        await exited
      }
      return { pid: postmaster.pid, exited, stop, port, logFile }
    } catch (error) {
      await guardian.dismiss()
      const another =
        !options.port && attempt < portAttempts && isFreeholdError(error, 'FREEHOLD_PORT_IN_USE')
      if (!another) throw error
    }
  }
}
