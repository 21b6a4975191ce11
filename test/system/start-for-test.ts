import { fileURLToPath } from 'node:url'
import { startSystem, type RunningSystem } from '@notes/start'

/**
 * Starts the whole system on free ports: the real processes, as `npm start` does it.
 *
 * @param state - The folder for its state.
 * @param config - The manifest's file in the root.
 * @param env - Beside what it needs to run.
 */
export function startForTest(
  state: string,
  config = 'freehold.config.ts',
  env: Readonly<Record<string, string>> = {},
): Promise<RunningSystem> {
  const root = fileURLToPath(new URL('../..', import.meta.url))
  return startSystem({
    root,
    config: `${root}/${config}`,
    state,
    fresh: false,
    ports: { gateway: 0, auth: 0, user: 0, notes: 0, postgres: 0 },
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      // A release is made from what these tests have the services send.
      FREEHOLD_RECORD_STATEMENTS: process.env['FREEHOLD_RECORD_STATEMENTS'],
      LOG_LEVEL: 'warn',
      ...env,
    },
  })
}
