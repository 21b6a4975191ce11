import type { Contender } from '../../measure/contender.js'
import { hasPgbench, pgbench } from '../../measure/pgbench.js'
import { NoteRevised } from '../../stage/ownership.js'
import { body, title } from './plain-transaction.js'

// The rows after those of this process.
const key = `'00000000-0000-7000-8000-' || lpad(to_hex(:client_id::int + 32), 12, '0')`

const statements = [
  'begin;',
  `update plain_notes set body = '${body}', updated_at = now(), version = version + 1 where id = (${key})::uuid;`,
  `insert into outbox (id, type, key, data) values (gen_random_uuid(), '${NoteRevised.type}', ${key}, '{"noteId":"00000000-0000-7000-8000-000000000000","version":1,"title":"${title}"}');`,
  'commit;',
]

/** The outbox by hand without Node: the limit of this server on this machine. Empty where pgbench is missing. */
export async function byPgbench(url: string): Promise<readonly Contender[]> {
  if (!(await hasPgbench())) return []
  const contender = (name: string, lines: readonly string[]): Contender => ({
    name,
    slice: (concurrency, seconds) => pgbench(url, `${lines.join('\n')}\n`, { concurrency, seconds }),
  })
  return [
    contender('pgbench, 4 round trips', statements),
    contender('pgbench, pipelined', ['\\startpipeline', ...statements, '\\endpipeline']),
  ]
}
