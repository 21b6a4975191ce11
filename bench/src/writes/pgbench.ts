import type { Contender } from '../measure/contender.js'
import { hasPgbench, pgbench } from '../measure/pgbench.js'

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
  if (!(await hasPgbench())) return []
  return [
    { name: 'pgbench, plain UPDATE', slice: slices(url, plainScript) },
    { name: 'pgbench, full guarantee', slice: slices(url, guaranteedScript) },
  ]
}

function slices(url: string, script: string): (concurrency: number, seconds: number) => Promise<number> {
  return (concurrency, seconds) => pgbench(url, script, { concurrency, seconds, variables: { v: '0' } })
}
