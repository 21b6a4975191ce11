import { execFile } from 'node:child_process'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../..')
const program = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs')

export async function brokenBoundaries(folder, places) {
  const config = join(root, 'dependency-cruiser.config.mjs')
  const output = await run([program, '--config', config, '--output-type', 'json', ...places], folder)
  const { summary } = JSON.parse(output)
  const why = new Map(summary.ruleSetUsed.forbidden.map((rule) => [rule.name, rule.comment]))
  const broken = summary.violations.map(({ rule, from, to }) => ({
    rule: rule.name,
    why: why.get(rule.name) ?? '',
    from,
    to,
  }))
  return { modules: summary.totalCruised, broken }
}

/** What it prints, whatever its exit code, which is the number of broken imports. */
function run(args, cwd) {
  return new Promise((done, failed) => {
    execFile(process.execPath, args, { cwd, maxBuffer: 2 ** 28 }, (error, stdout, stderr) => {
      if (stdout === '') failed(new Error(`dependency-cruiser printed nothing: ${stderr}`, { cause: error }))
      else done(stdout)
    })
  })
}
