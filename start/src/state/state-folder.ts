import { removeData, takeLock } from '@freehold/embedded'
import { FreeholdError } from '@freehold/manifest/errors'
import { lstat, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'

/** The paths inside the folder of the local state. */
export interface StateFolder {
  readonly path: string
  readonly credentials: string
  readonly data: string
  readonly logs: string
  /** The key stores of the services, which belong into no backup of a database. */
  readonly keys: string
  /** How far `freehold verify` found the logs to hold. */
  readonly verified: string
  /** Gives the folder back to whoever starts next. */
  readonly release: () => Promise<void>
}

const marker = 'freehold.state'

/**
 * Takes the folder of the local state for this process. It must be ours: new, empty, marked by an earlier start, or
 * of our own name; so that nothing of anybody else's is ever written over, or removed.
 *
 * @throws FreeholdError `FREEHOLD_STATE_FOREIGN`, or `FREEHOLD_ALREADY_RUNNING` naming the process that has it.
 */
export async function takeStateFolder(path: string): Promise<StateFolder> {
  await claim(path)
  const lock = await takeLock(join(path, 'start.lock'))
  if (!lock.held) {
    throw new FreeholdError('FREEHOLD_ALREADY_RUNNING', {
      message: `The system runs already with the state in ${path}, as process ${lock.by.pid}.`,
      details: { path, pid: lock.by.pid },
    })
  }
  const folders = {
    credentials: join(path, 'credentials'),
    logs: join(path, 'logs'),
    keys: join(path, 'keys'),
    verified: join(path, 'verified'),
  }
  return { path, ...folders, data: join(path, 'data'), release: lock.release }
}

/**
 * Forgets data, credentials, keys and logs, and how far the logs of that data were verified: those to come are others. A
 * link among them is removed itself, never what it leads to.
 */
export async function beginAnew(state: StateFolder): Promise<void> {
  await removeData(state.data)
  await rm(state.credentials, { recursive: true, force: true })
  await rm(state.logs, { recursive: true, force: true })
  await rm(state.keys, { recursive: true, force: true })
  await rm(state.verified, { recursive: true, force: true })
}

/** Makes the folders that are missing. */
export async function openFolders(state: StateFolder): Promise<void> {
  await mkdir(state.credentials, { recursive: true, mode: 0o700 })
  await mkdir(state.logs, { recursive: true })
}

async function claim(path: string): Promise<void> {
  const status = await lstat(path).catch(() => undefined)
  if (!status) await mkdir(path, { recursive: true })
  else if (!status.isDirectory()) throw foreign(path, status.isSymbolicLink() ? 'a link' : 'a file')
  else {
    const entries = await readdir(path)
    const ours = entries.length === 0 || entries.includes(marker) || basename(path) === '.freehold'
    if (!ours) throw foreign(path, `a folder with other things in it (${entries.slice(0, 3).join(', ')} …)`)
  }
  await writeFile(join(path, marker), 'The local state of a system that `npm start` runs.\n')
  // Passwords are in it: wherever it lies, git must not take it up.
  await writeFile(join(path, '.gitignore'), '*\n')
}

function foreign(path: string, what: string): FreeholdError {
  return new FreeholdError('FREEHOLD_STATE_FOREIGN', {
    message: `${path} is ${what}, not the local state of this system.`,
    details: { path },
  })
}
