import { fileURLToPath } from 'node:url'
import { benchSystem } from './ownership.js'
import { openStage, stageOn, type Stage } from './stage.js'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** A server of its own with the system of the benchmarks. */
export function openBenchStage(): Promise<Stage & AsyncDisposable> {
  return openStage(benchSystem, root)
}

/**
 * The same system on a server that is there, for tests.
 *
 * @param adminUrl - The server, as superuser.
 */
export function benchStageOn(adminUrl: string): Promise<Stage> {
  return stageOn(adminUrl, benchSystem, root)
}
