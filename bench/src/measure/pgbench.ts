import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Whether this machine has pgbench. The server of npm comes without it. */
export function hasPgbench(): Promise<boolean> {
  return run('pgbench', ['--version']).then(
    () => true,
    () => false,
  )
}

/**
 * Runs a script by pgbench, prepared: the limit of a server without Node.
 *
 * @param url - The database, with who connects.
 * @param script - What one transaction does. `:client_id` counts the clients from 0.
 * @param options - `concurrency`: the clients; `seconds`: how long; less than one is some transactions; `variables`: what the script
 *   begins with.
 * @returns Transactions per second; NaN where it came to none.
 */
export async function pgbench(
  url: string,
  script: string,
  options: { concurrency: number; seconds: number; variables?: Readonly<Record<string, string>> },
): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'freehold-pgbench-'))
  try {
    const file = join(folder, 'script.sql')
    await writeFile(file, script)
    const { concurrency, seconds, variables = {} } = options
    const flags = {
      '-M': 'prepared',
      '-c': concurrency,
      '-j': Math.min(2, concurrency),
      // It counts whole seconds only.
      ...(seconds < 1 ? { '-t': Math.ceil(seconds * 200) } : { '-T': Math.round(seconds) }),
      '-f': file,
    }
    const given = Object.entries(flags).flatMap(([flag, value]) => [flag, String(value)])
    const defined = Object.entries(variables).flatMap(([name, value]) => ['-D', `${name}=${value}`])
    const { stdout } = await run('pgbench', ['-n', ...given, ...defined], { env: connectionOf(url) })
    const perSecond = Number(/tps = ([\d.]+) \(without initial connection time\)/.exec(stdout)?.[1])
    // Its time includes connecting: on a busy machine there may be none left.
    return perSecond > 0 ? perSecond : Number.NaN
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

// Not on the command line, which everybody on the machine can read.
function connectionOf(url: string): NodeJS.ProcessEnv {
  const { hostname, port, username, password, pathname } = new URL(url)
  const PGDATABASE = pathname.slice(1)
  return {
    ...process.env,
    PGHOST: hostname,
    PGPORT: port,
    PGUSER: username,
    PGPASSWORD: password,
    PGDATABASE,
  }
}
