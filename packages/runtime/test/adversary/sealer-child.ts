import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** A process that seals, from the built package. */
export interface SealerChild {
  /** Resolves when it has sealed something. */
  readonly hasSealed: Promise<void>
  kill(): Promise<void>
}

/** Starts one. */
export function startSealerChild(url: string): SealerChild {
  const script = fileURLToPath(new URL('sealer-process.mjs', import.meta.url))
  const child = fork(script, { env: { ...process.env, DATABASE_URL: url }, execArgv: [] })
  const ended = once(child, 'exit')
  return {
    hasSealed: once(child, 'message').then(() => undefined),
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
  }
}
