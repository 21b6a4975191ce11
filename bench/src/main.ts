import { parseArgs } from 'node:util'
import type { Benchmark } from './benchmark.js'
import { report } from './measure/report.js'
import { requests } from './requests/index.js'
import { writes } from './writes/index.js'

const benchmarks: Readonly<Record<string, Benchmark>> = { writes, requests }

const usage = `Usage: npm run bench -- <${Object.keys(benchmarks).join('|')}> [--rounds N] [--seconds N] [--concurrency 1,8,32] [--json]`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string' },
    seconds: { type: 'string' },
    concurrency: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
})

const benchmark = benchmarks[positionals[0] ?? '']
if (!benchmark) {
  console.error(usage)
  process.exitCode = 2
} else {
  const { schedule } = benchmark
  const measurements = await benchmark.run(
    {
      rounds: Number(values.rounds ?? schedule.rounds),
      seconds: Number(values.seconds ?? schedule.seconds),
      concurrencies: values.concurrency?.split(',').map(Number) ?? schedule.concurrencies,
    },
    (contender, concurrency, perSecond) => {
      console.error(`  c=${concurrency}  ${contender}: ${Math.round(perSecond)} ${benchmark.unit}`)
    },
  )
  console.log(
    values.json
      ? JSON.stringify(measurements, null, 2)
      : report(benchmark.title, benchmark.unit, measurements),
  )
}
