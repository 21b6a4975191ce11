import type { Benchmark } from './benchmark.js'
import { commandOf, usage } from './command-line.js'
import { compat } from './compat/index.js'
import { events } from './events/index.js'
import { text } from './measure/report.js'
import { migrations } from './migrations/index.js'
import { requests } from './requests/index.js'
import { seals } from './seals/index.js'
import { writes } from './writes/index.js'

const benchmarks: Readonly<Record<string, Benchmark>> = {
  writes,
  requests,
  events,
  seals,
  migrations,
  compat,
}

const command = commandOf(process.argv.slice(2), benchmarks)
if ('problem' in command) {
  if (command.problem !== undefined) console.error(`${command.problem}\n`)
  console[command.problem === undefined ? 'log' : 'error'](usage(benchmarks))
  process.exitCode = command.problem === undefined ? 0 : 2
} else {
  const tables = await command.benchmark.run(command.wishes, (what) => {
    console.error(`  ${what}`)
  })
  console.log(
    command.isJson
      ? JSON.stringify(
          tables.map(({ title, figures }) => ({ title, figures })),
          null,
          2,
        )
      : tables.map(text).join('\n\n'),
  )
}
