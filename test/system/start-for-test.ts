import { fileURLToPath } from 'node:url'
import { startSystem, type RunningSystem } from '@notes/start'

/**
 * Starts the whole system on free ports: the real processes, as `npm start` does it.
 *
 * @param state - The folder for its state.
 * @param config - The manifest's file in the root.
 */
export function startForTest(state: string, config = 'freehold.config.ts'): Promise<RunningSystem> {
  const root = fileURLToPath(new URL('../..', import.meta.url))
  return startSystem({
    root,
    config: `${root}/${config}`,
    state,
    fresh: false,
    ports: { gateway: 0, auth: 0, user: 0, notes: 0, postgres: 0 },
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], LOG_LEVEL: 'warn' },
  })
}
