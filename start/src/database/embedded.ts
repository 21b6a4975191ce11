import { startServer, type EmbeddedServer } from '@freehold/embedded'
import { isFreeholdError } from '@freehold/manifest/errors'
import { readEnvFile, writeEnvFile } from 'freehold'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { defaultPorts, portsTaken } from '../ports/ports.js'
import type { RunningProcess } from '../processes/child.js'
import type { StateFolder } from '../state/state-folder.js'

/** What the embedded server is started with. */
export interface EmbeddedParts {
  readonly state: StateFolder
  readonly port: number
  /** The allowlist: who may come in, and to which database. */
  readonly hba: readonly string[]
  readonly onStep: (what: string) => void
}

/** The embedded server's log. */
export function databaseLog(state: StateFolder): string {
  return join(state.logs, 'postgres.log')
}

/**
 * Starts the embedded server with yesterday's data, or with none, and writes its administrator's file.
 *
 * @throws FreeholdError `FREEHOLD_PORT_IN_USE` naming the flag, or whatever `startServer` throws.
 */
export async function startDatabase(parts: EmbeddedParts): Promise<EmbeddedServer> {
  const { state, port, hba, onStep } = parts
  const file = join(state.credentials, 'admin.env')
  const password =
    passwordOf((await readEnvFile(file))?.['DATABASE_URL']) ?? randomBytes(32).toString('base64url')
  const logFile = databaseLog(state)
  try {
    const server = await startServer({
      directory: state.data,
      port,
      password,
      logFile,
      hba,
      settings: quietAboutPeople,
      onProgress: onStep,
    })
    await writeEnvFile(file, { DATABASE_URL: server.url })
    return server
  } catch (error) {
    throw isFreeholdError(error, 'FREEHOLD_PORT_IN_USE')
      ? portsTaken(['postgres'], { ...defaultPorts, postgres: port })
      : error
  }
}

/**
 * What a statement could not store is not written into the log (DETAIL says "Failing row contains …"), and files of the
 * write-ahead log that are no longer needed are removed and not used again with what they hold.
 */
const quietAboutPeople = { log_error_verbosity: 'terse', wal_recycle: 'off' }

/** The server as a process that can be kept running. */
export function asProcess(server: EmbeddedServer): RunningProcess {
  return {
    pid: server.pid,
    exited: server.exited.then(() => 'its postmaster is gone'),
    stop: async () => server.stop('fast'),
    // Whoever cannot wait does not wait for the last checkpoint: the next start recovers from the log.
    kill: () => void server.stop('immediate'),
  }
}

function passwordOf(url: string | undefined): string | undefined {
  if (url === undefined || !URL.canParse(url)) return undefined
  return decodeURIComponent(new URL(url).password) || undefined
}
