import { execFile } from 'node:child_process'
import { readFile, readlink } from 'node:fs/promises'
import { promisify } from 'node:util'

const execute = promisify(execFile)

/**
 * When a process started, as a text to compare: together with its number it names one process for ever,
 * though numbers are used again.
 *
 * @returns Nothing when no process has that number.
 */
export async function startOf(pid: number): Promise<string | undefined> {
  if (!isAlive(pid)) return undefined
  if (process.platform === 'linux') {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined)
    // The name, in parentheses, may hold anything; field 22 of all is the 20th after it.
    const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')
    // One that ended and was not reaped yet is as dead as it will be.
    return fields?.[0] === 'Z' ? undefined : fields?.[19]
  }
  return ps(pid, 'lstart')
}

/** Whether a process of that number exists, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

/**
 * Whether a process is the postmaster of a data directory: postmasters work inside it.
 *
 * @param dataDirectory - Its real path.
 */
export async function servesDirectory(pid: number, dataDirectory: string): Promise<boolean> {
  if (!isAlive(pid)) return false
  if (process.platform === 'linux') {
    const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => undefined)
    return cwd === dataDirectory
  }
  const command = await ps(pid, 'command')
  return command !== undefined && command.includes('postgres') && command.includes(dataDirectory)
}

async function ps(pid: number, column: string): Promise<string | undefined> {
  if (process.platform === 'win32') return undefined
  const { stdout } = await execute('ps', ['-o', `${column}=`, '-p', String(pid)]).catch(() => ({
    stdout: '',
  }))
  return stdout.trim() || undefined
}
