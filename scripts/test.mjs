// `npm test`, from a fresh clone on: installs and builds what is missing, checks the types of everything,
// then runs the tests on the embedded PostgreSQL 18, and those that touch a database again on Debian's 15.
// Arguments go to vitest: npm test -- packages/manifest. The last line is the count over all runs.
import { existsSync, readdirSync } from 'node:fs'
import { chmod, mkdtemp, rm, statfs } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { bootstrap } from './bootstrap.mjs'
import { isStopping, stopChildrenOnSignals } from './house/child.mjs'
import { endLeftoverServers } from './house/leftover-servers.mjs'
import { emptyTally, lastLine, testRun } from './house/test-run.mjs'

const root = resolve(import.meta.dirname, '..')
const args = process.argv.slice(2)
/** Several times what a run has needed at once. */
const scratchBytes = 2 ** 30
const older = 15
const olderServer = `/usr/lib/postgresql/${older}/bin/postgres`
const runtimeOnDatabase = ['database', 'entities', 'kysely', 'logs'].map(
  (name) => `packages/runtime/src/${name}`,
)
const onOlder = ['packages/freehold', ...runtimeOnDatabase, ...servicesWithDatabase()]
/** What asks no server, boots one of its own, or is the same on every server once it holds on one. */
const sameOnOlder = [
  'src/{asyncapi,checking,cli,config,contracts,erasing,releases,schemas,shadow}/**',
  'src/compatibility/check-release.test.ts',
  'src/migrations/{directives,killed-runs}.test.ts',
  'test/{archive-crash,check,live-statements}.test.ts',
].map((pattern) => `--exclude=packages/freehold/${pattern}`)

function servicesWithDatabase() {
  const services = readdirSync(join(root, 'services')).map((name) => join('services', name))
  return services.filter((service) => existsSync(join(root, service, 'migrations')))
}

const total = emptyTally()

stopChildrenOnSignals()
const scratch = await mkdtemp(join(await placeForScratch(), 'freehold-test-run-'))
try {
  // As root, the server of the tests runs as another account, which has to come through here.
  await chmod(scratch, 0o711)
  await everything()
} finally {
  await endLeftoverServers(scratch)
  await rm(scratch, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })
}

async function everything() {
  if ((await compiled()) && !isStopping()) {
    console.log('tests on the embedded PostgreSQL 18')
    add(await testRun(root, scratch, args))
    if (!isStopping()) await again()
  }
  if (isStopping()) {
    console.log('interrupted')
    return
  }
  if (total.passed + total.failed === 0) console.log('No test ran, which proves nothing.')
  // Again at the end, where a log that was cut off still has them.
  for (const failure of total.failures) console.error(`✗ ${failure}`)
  console.log(lastLine(total))
  process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0
}

/** Memory where there is enough of it: a copied database costs a tenth there of what it costs on a disk. */
async function placeForScratch() {
  const memory = '/dev/shm'
  if (process.env.TMPDIR !== undefined || !existsSync(memory)) return tmpdir()
  const { bavail, bsize } = await statfs(memory)
  return bavail * bsize >= scratchBytes ? memory : tmpdir()
}

/** The whole tree is built, the tests' own types included: what they spawn is what was written. */
async function compiled() {
  const built = await bootstrap({ onStep: console.log })
  if (!built) {
    total.failed += 1
    total.failures.push('it does not compile, or does not install')
  }
  return built
}

async function again() {
  if (!existsSync(olderServer)) {
    console.log(`tests on PostgreSQL ${older}: left out, since ${olderServer} is not there`)
    console.log(`  on Debian or Ubuntu: apt-get install postgresql-${older}`)
    return
  }
  console.log(`tests that touch a database, on PostgreSQL ${older}`)
  const chosen = args.length > 0 ? args : [...sameOnOlder, ...onOlder]
  const only = ['--project=postgres', '--passWithNoTests']
  add(await testRun(root, scratch, [...only, ...chosen], { FREEHOLD_TEST_POSTGRES: String(older) }))
}

/** @param {import('./house/test-run.mjs').Tally} tally */
function add(tally) {
  total.passed += tally.passed
  total.failed += tally.failed
  total.skipped += tally.skipped
  total.failures.push(...tally.failures)
}
