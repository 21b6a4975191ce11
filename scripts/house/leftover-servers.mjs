import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as after } from 'node:timers/promises'

const patienceMs = 10_000
/** A test keeps its server's data at most so far below the folder for temporary files. */
const depth = 4

/**
 * Waits until no PostgreSQL runs on data below a folder, and quits those that stay. After an interruption a
 * server is ended by its guardian, and still writes to its data meanwhile: whoever removes that first is in its way.
 *
 * @param {string} folder
 */
export async function endLeftoverServers(folder) {
  const until = Date.now() + patienceMs
  let servers = await serversBelow(folder)
  while (servers.length > 0 && Date.now() < until) {
    await after(50)
    servers = await serversBelow(folder)
  }
  for (const pid of servers) process.kill(pid, 'SIGQUIT')
}

/** @param {string} folder @returns {Promise<number[]>} */
async function serversBelow(folder) {
  const files = await lockFiles(folder, depth)
  return (await Promise.all(files.map(serverOf))).flat()
}

/** @param {string} folder @param {number} levels @returns {Promise<string[]>} */
async function lockFiles(folder, levels) {
  const entries = await readdir(folder, { withFileTypes: true }).catch(gone([]))
  if (entries.some(({ name }) => name === 'postmaster.pid')) return [join(folder, 'postmaster.pid')]
  if (levels === 0) return []
  const inner = entries.filter((entry) => entry.isDirectory())
  return (await Promise.all(inner.map(({ name }) => lockFiles(join(folder, name), levels - 1)))).flat()
}

/**
 * The process that a lock file names, when it is that server and not a stranger to whom the number of a
 * server that was killed has been given since.
 *
 * @param {string} file
 */
async function serverOf(file) {
  const pid = Number.parseInt(await readFile(file, 'utf8').catch(gone('')), 10)
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(gone(''))
  return command.includes(dirname(file)) ? [pid] : []
}

/** What to take instead of something that is not there, or not any more. */
function gone(instead) {
  return (error) => {
    if (error.code !== 'ENOENT' && error.code !== 'ESRCH') throw error
    return instead
  }
}
