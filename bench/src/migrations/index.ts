import type { Benchmark } from '../benchmark.js'
import { median } from '../measure/median.js'
import type { Table } from '../measure/report.js'
import { openStage, type Stage } from '../stage/stage.js'
import { migratedSystem, services, writeHistories, type Histories } from './history.js'
import { runners, type Runner } from './runners.js'

const migrationsEach = 200
const title = `Migrations: ${services.length} services, ${migrationsEach} files each, one after the other; and again with nothing to do`

/** How long one runner took, in milliseconds. */
interface Times {
  readonly all: number
  /** For one service. */
  readonly nothing: number
}

/** How long it takes to migrate services from nothing, and to find that there is nothing to do. */
export const migrations: Benchmark = {
  summary: 'migrating three services by 200 files each against node-pg-migrate and dbmate',
  async run({ schedule: { rounds = 3 } }, onStep) {
    await using histories = await writeHistories(migrationsEach)
    await using stage = await openStage(migratedSystem, histories.root)
    const taken = new Map<string, Times[]>(runners.map(({ name }) => [name, []]))
    for (let round = 0; round < rounds; round += 1) {
      for (const [place] of runners.entries()) {
        const runner = runners[(place + round) % runners.length]
        if (runner === undefined) continue
        const times = await measured(stage, histories, runner, `round_${round}`)
        taken.get(runner.name)?.push(times)
        onStep(`${runner.name}: ${Math.round(times.all)} ms, nothing to do ${Math.round(times.nothing)} ms`)
      }
    }
    return [tableOf(taken)]
  },
}

async function measured(stage: Stage, histories: Histories, runner: Runner, round: string): Promise<Times> {
  const migrateOnce = await runner.prepare(stage, histories, round)
  const all = await timed(migrateOnce)
  const nothing = (await timed(migrateOnce)) / services.length
  return { all, nothing }
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return performance.now() - startedAt
}

function tableOf(taken: ReadonlyMap<string, readonly Times[]>): Table {
  const base = taken.get(runners[0]?.name ?? '') ?? []
  const figures = [...taken].map(([runner, times]) => ({
    runner,
    allMs: median(times.map(({ all }) => all)),
    allRatio: median(times.map(({ all }, round) => all / (base[round]?.all ?? Number.NaN))),
    nothingMs: median(times.map(({ nothing }) => nothing)),
    nothingRatio: median(times.map(({ nothing }, round) => nothing / (base[round]?.nothing ?? Number.NaN))),
  }))
  return {
    title,
    header: [`ms (ratio to ${runners[0]?.name ?? ''})`, 'all', 'nothing to do, a service'],
    rows: figures.map(({ runner, allMs, allRatio, nothingMs, nothingRatio }) => [
      runner,
      `${Math.round(allMs)} (${allRatio.toFixed(2)})`,
      `${nothingMs.toFixed(1)} (${nothingRatio.toFixed(2)})`,
    ]),
    figures,
  }
}
