import { fileURLToPath } from 'node:url'
import { benchSystem } from './ownership.js'
import { openStage, type Stage } from './stage.js'

/**
 * A stage for the system of the benchmarks.
 *
 * @param settings - Of the server, beside those that all benchmarks have.
 */
export function openBenchStage(settings?: Readonly<Record<string, string>>): Promise<Stage> {
  return openStage(benchSystem, fileURLToPath(new URL('../..', import.meta.url)), settings)
}
