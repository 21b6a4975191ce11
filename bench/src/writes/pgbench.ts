import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Contender } from '../measure/contender.js'

const run = promisify(execFile)

const body = 'The quick brown fox jumps over the lazy dog. '.repeat(8)
// The rows after those of this process, whose versions it remembers.
const key = `('00000000-0000-7000-8000-' || lpad(to_hex(:client_id::int + 32), 12, '0'))::uuid`

const plainScript = `update plain_notes set body = '${body}', updated_at = now(), version = version + 1 where id = ${key};\n`

// The version that is expected is what the statement before it returned, as in the other contenders.
const guaranteedScript = `\\if :v = 0
select version as v from notes where id = ${key} \\gset
\\endif
with changed as (
  update notes set body = '${body}', version = version + 1
  where id = ${key} and version = :v
  returning id, title, body, version, created_at, updated_at
), appended as (
  insert into audit_log (actor, action, entity_id, version)
  select changed.id, 'note.revised', changed.id, changed.version from changed
)
select version as v from changed \\gset
`

/** The same statements by pgbench, prepared: the limit of this server on this machine. Empty where pgbench is missing. */
export async function pgbenchContenders(url: string): Promise<readonly Contender[]> {
  if (
    !(await run('pgbench', ['--version']).then(
      () => true,
      () => false,
    ))
  )
    return []
  return [
    {
      name: 'pgbench, plain UPDATE',
      slice: (concurrency, seconds) => slice(url, plainScript, concurrency, seconds),
    },
    {
      name: 'pgbench, full guarantee',
      slice: (concurrency, seconds) => slice(url, guaranteedScript, concurrency, seconds),
    },
  ]
}

// Not on the command line, which everybody on the machine can read.
function connectionOf(url: string): NodeJS.ProcessEnv {
  const { hostname, port, username, password, pathname } = new URL(url)
  const PGDATABASE = pathname.slice(1)
  return {
    ...process.env,
    PGHOST: hostname,
    PGPORT: port,
    PGUSER: username,
    PGPASSWORD: password,
    PGDATABASE,
  }
}

async function slice(url: string, script: string, concurrency: number, seconds: number): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'freehold-pgbench-'))
  try {
    const file = join(folder, 'script.sql')
    await writeFile(file, script)
    // pgbench counts whole seconds only.
    const duration = String(Math.max(1, Math.round(seconds)))
    const jobs = String(Math.min(2, concurrency))
    const options = [
      '-n',
      '-M',
      'prepared',
      '-c',
      String(concurrency),
      '-j',
      jobs,
      '-T',
      duration,
      '-D',
      'v=0',
      '-f',
      file,
    ]
    const { stdout } = await run('pgbench', options, { env: connectionOf(url) })
    return Number(/tps = ([\d.]+) \(without initial connection time\)/.exec(stdout)?.[1] ?? Number.NaN)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
