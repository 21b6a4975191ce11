import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join as path } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { credentialStore, loadSystem, serversAt, type ProvisioningContext } from 'freehold'

/** The folder of this repository. */
export const root = fileURLToPath(new URL('../..', import.meta.url))

/** The manifest's file in the root under each strategy. */
export const configs = {
  'database-per-service': 'freehold.config.ts',
  'shared-database': 'freehold.shared.config.ts',
} as const

/** Those names. */
export const strategies = Object.keys(configs) as (keyof typeof configs)[]

/** What an administrator of the running system has at hand. */
export async function provisioningContext(state: string, config: string): Promise<ProvisioningContext> {
  const admin = await readFile(path(state, 'credentials', 'admin.env'), 'utf8')
  return {
    system: await loadSystem(path(root, config)),
    servers: serversAt(() => admin.replace(/^DATABASE_URL=/, '').trim()),
    credentials: credentialStore(path(state, 'credentials')),
  }
}

/** What a command came to. */
export interface Ran {
  readonly exitCode: number
  readonly output: string
}

/**
 * The command line, for one running system.
 *
 * @param env - Beside PATH.
 */
export async function runFreehold(
  where: { state: string; config: string },
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const main = path(root, 'packages/freehold/dist/cli/main.js')
  const flags = ['--config', path(root, where.config), '--state', where.state]
  const child = spawn(process.execPath, [main, ...args, ...flags], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env['PATH'], ...env },
  })
  const [output] = await Promise.all([text(child.stdout), once(child, 'close')])
  return { exitCode: child.exitCode ?? -1, output }
}
