import type { ChildProcess, SpawnOptions } from 'node:child_process'
import { spawn } from 'node:child_process'
import { FreeholdError } from '@freehold/manifest/errors'
import type { Account } from '../account/account.js'

/** How a program ended. */
export interface Outcome {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  /** What it wrote to stdout and stderr, in order. */
  readonly output: string
}

/**
 * Options for a process of PostgreSQL: the account to run as, and an environment that holds nothing of
 * ours, so that no variable (PGDATA, PGPORT, a secret) reaches it.
 */
export function spawnOptions(account: Account | undefined): SpawnOptions {
  const env = { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C', ...windowsEnvironment() }
  const identity = account ? { uid: account.uid, gid: account.gid } : {}
  // A folder that every account can enter: the current one may be closed to it.
  return { ...identity, env, cwd: process.platform === 'win32' ? process.cwd() : '/', windowsHide: true }
}

/**
 * Runs a program to its end.
 *
 * @param input - Given to it on its standard input.
 * @throws FreeholdError `FREEHOLD_EMBEDDED_FAILED` when it cannot be started at all.
 */
export async function run(
  file: string,
  args: readonly string[],
  account: Account | undefined,
  input = '',
): Promise<Outcome> {
  const child = spawn(file, args, { ...spawnOptions(account), stdio: 'pipe' })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text))
  // A program that ends without reading its input is no failure of ours: its exit code speaks.
  child.stdin.on('error', () => undefined).end(input)
  const [code, signal] = await closed(child, file)
  return { code, signal, output }
}

async function closed(child: ChildProcess, file: string): Promise<[number | null, NodeJS.Signals | null]> {
  return new Promise((resolve, reject) => {
    child.once('close', (code, signal) => resolve([code, signal]))
    child.once('error', (cause) => reject(cannotRun(file, cause)))
  })
}

/** The error for a program that could not even be started. */
export function cannotRun(file: string, cause: unknown): FreeholdError {
  const why = cause instanceof Error ? cause.message : String(cause)
  return new FreeholdError('FREEHOLD_EMBEDDED_FAILED', {
    message: `${file} cannot be run: ${why}`,
    details: { file },
    cause,
  })
}

function windowsEnvironment(): Record<string, string> {
  const { SystemRoot, TEMP } = process.env
  return { ...(SystemRoot ? { SystemRoot } : {}), ...(TEMP ? { TEMP } : {}) }
}
