import { dirname, join, resolve } from 'node:path'
import type { System } from '@freehold/manifest'
import type { CommandContext } from '@stricli/core'
import type { SystemMigrations } from '../migrations/index.js'
import type { ProvisioningContext } from '../provisioning/plan.js'
import type { GlobalFlags } from './flags.js'
import { terminalOf, type HostProcess, type Terminal } from './terminal.js'

/** The system that a command is about, and where its things are. */
export interface Workspace {
  readonly system: System
  /** The folder of the configuration. */
  readonly root: string
  /** The folder of credentials and local data. */
  readonly state: string
  /** A superuser's URL of a server to try things on, from `FREEHOLD_SHADOW_URL`; without one, a server is booted. */
  readonly shadowUrl: string | undefined
  /** What planning and applying need; the servers are known after that. */
  provisioning(): Promise<ProvisioningContext>
  /** What migrating needs: it connects as the migrators, and no administrator is asked for. */
  migrations(): Promise<Pick<SystemMigrations, 'system' | 'root' | 'credentials'>>
}

/** One run of a command. */
export interface Invocation<Flags extends GlobalFlags> {
  readonly flags: Flags
  readonly terminal: Terminal
  /** Where paths that a person types begin. */
  readonly cwd: string
  readonly env: HostProcess['env']
  readonly workspace: () => Promise<Workspace>
}

/** What a command answers. */
export interface Answer {
  /** Printed under --json. */
  readonly json: unknown
  /** Printed otherwise. */
  readonly text: string
  /** 0 when absent. */
  readonly exitCode?: number
}

/** What a command does. One that printed what it had to say answers nothing. */
export type Run<Flags extends GlobalFlags, Args extends readonly string[]> = (
  invocation: Invocation<Flags>,
  ...args: Args
) => Promise<Answer | undefined>

/** The parser's context: what a command writes to, and where its exit code goes. */
export interface CliContext extends CommandContext {
  readonly host: HostProcess
  exitCode: number
}

/** Makes a command's function for the parser; its module is loaded only when the command runs. */
export function command<Flags extends GlobalFlags, Args extends readonly string[]>(
  load: () => Promise<Run<Flags, Args>>,
) {
  return async () => {
    const run = await load()
    return async function (this: CliContext, flags: Flags, ...args: Args): Promise<void> {
      const terminal = terminalOf(this.host, flags)
      const workspace = () => openWorkspace(flags, this.host)
      const answer = await run(
        { flags, terminal, cwd: this.host.cwd(), env: this.host.env, workspace },
        ...args,
      )
      if (answer === undefined) return
      terminal.out(flags.json ? JSON.stringify(answer.json, null, 2) : answer.text)
      this.exitCode = answer.exitCode ?? 0
    }
  }
}

async function openWorkspace(flags: GlobalFlags, host: HostProcess): Promise<Workspace> {
  // Loaded here and not above: --help and a mistyped flag need none of it.
  const { findConfig, loadSystem } = await import('../config/index.js')
  const configFile = flags.config === undefined ? findConfig(host.cwd()) : resolve(host.cwd(), flags.config)
  const system = await loadSystem(configFile)
  const root = dirname(configFile)
  const state = flags.state === undefined ? join(root, '.freehold') : resolve(host.cwd(), flags.state)
  const credentials = async () => {
    const { credentialStore } = await import('../credentials/store.js')
    return credentialStore(join(state, 'credentials'))
  }
  return {
    system,
    root,
    state,
    shadowUrl: host.env['FREEHOLD_SHADOW_URL'],
    migrations: async () => ({ system, root, credentials: await credentials() }),
    async provisioning() {
      const { serversFrom } = await import('../provisioning/servers.js')
      return { system, servers: await serversFrom(system, host.env, state), credentials: await credentials() }
    },
  }
}
