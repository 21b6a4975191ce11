import { readdir, readFile, readlink } from 'node:fs/promises'

/** A process of the operating system. */
export interface OsProcess {
  readonly pid: number
  /** Its command line, or its title. */
  readonly command: string
}

/**
 * Every process that has to do with a folder: that names it in its command line or its environment, or works in it,
 * as those of PostgreSQL do. Asks the operating system, so that one is seen which its supervisor knows nothing of.
 *
 * @param folder - Its real path, which occurs nowhere else.
 */
export async function processesOf(folder: string): Promise<OsProcess[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const found = await Promise.all(pids.map(async (pid) => lookAt(pid, folder)))
  return found.flat()
}

async function lookAt(pid: string, folder: string): Promise<OsProcess[]> {
  const [command, environment, directory] = await Promise.all([
    readFile(`/proc/${pid}/cmdline`, 'utf8').catch(unseen),
    readFile(`/proc/${pid}/environ`, 'utf8').catch(unseen),
    readlink(`/proc/${pid}/cwd`).catch(unseen),
  ])
  if (![command, environment, directory].some((text) => text.includes(folder))) return []
  return [{ pid: Number(pid), command: command.replaceAll('\0', ' ').trim() }]
}

/** It ended meanwhile, or belongs to somebody whom we may not ask about. */
function unseen(): string {
  return ''
}
