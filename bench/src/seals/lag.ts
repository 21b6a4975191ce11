import { setTimeout } from 'node:timers/promises'
import { Closing } from '../stage/closing.js'
import { onDatabase } from '../stage/on-database.js'
import type { Part } from '../part.js'
import { append, openLog, type MeasuredLog } from './logs.js'

const title =
  'Seal lag: from when a row was written until it was sealed, and until a checkpoint over it was signed\n' +
  '(milliseconds, by the clock of the server; at half of the rate that 8 writers reach)'
const writers = 8
const tickMs = 5

/** How long a row can be changed before that would be found out. */
export const lag: Part = {
  async measure(stage, { seconds = 5, rounds = 3 }, onStep) {
    const databases = await stage.clone()
    await using closing = new Closing()
    const log = openLog(databases.appUrl('bench'), { seals: true, signs: true }, closing)
    const most = await mostPerSecond(log, seconds)
    onStep(`${Math.round(most)} rows/s at most`)
    const from = await allSigned(log, databases.adminUrl('bench'))
    for (let round = 0; round < rounds; round += 1) await atRate(log, most / 2, seconds)
    await allSigned(log, databases.adminUrl('bench'))
    const figures = await onDatabase(databases.adminUrl('bench'), (client) =>
      client.query<
        Record<'rows' | 'sealed_p50' | 'sealed_p99' | 'signed_p50' | 'signed_p99' | 'signed_most', number>
      >(lags, [from]),
    )
    const [found] = figures.rows
    return {
      title,
      header: [`${Math.round(most / 2)} rows/s`, 'p50', 'p99', 'longest'],
      rows: [
        ['sealed', ms(found?.sealed_p50), ms(found?.sealed_p99), ''],
        ['signed', ms(found?.signed_p50), ms(found?.signed_p99), ms(found?.signed_most)],
      ],
      figures: found,
    }
  },
}

const lags = `
  with lags as (
    select extract(epoch from s.sealed_at - e.at) * 1000 as sealed,
      extract(epoch from (
        select c.at from freehold.checkpoint c
        where c.service = s.service and c.log = s.log and c.size >= s.number
        order by c.size limit 1
      ) - e.at) * 1000 as signed
    from freehold.segment s
    cross join unnest(s.seqs) q (seqs)
    join bench.events e on e.seq >= lower(q.seqs) and e.seq < upper(q.seqs)
    where s.log = 'events' and s.first_position > $1
  )
  select count(*)::integer as rows,
    percentile_disc(0.5) within group (order by sealed)::float as sealed_p50,
    percentile_disc(0.99) within group (order by sealed)::float as sealed_p99,
    percentile_disc(0.5) within group (order by signed)::float as signed_p50,
    percentile_disc(0.99) within group (order by signed)::float as signed_p99,
    max(signed)::float as signed_most
  from lags`

async function mostPerSecond({ db }: MeasuredLog, seconds: number): Promise<number> {
  const until = performance.now() + seconds * 1000
  let done = 0
  await Promise.all(
    Array.from({ length: writers }, async (_, worker) => {
      for (; performance.now() < until; done += 1) await append(db, 'events', worker)
    }),
  )
  return done / seconds
}

/** Begins as many rows as the rate asks for, whether those before are done or not. */
async function atRate({ db }: MeasuredLog, perSecond: number, seconds: number): Promise<void> {
  const startedAt = performance.now()
  const begun: Promise<void>[] = []
  for (let passed = 0; passed < seconds * 1000; passed = performance.now() - startedAt) {
    while (begun.length < (passed / 1000) * perSecond)
      begun.push(append(db, 'events', begun.length % writers))
    await setTimeout(tickMs)
  }
  await Promise.all(begun)
}

/** @returns The last position, when all of the log is signed. */
async function allSigned({ signer }: MeasuredLog, adminUrl: string): Promise<number> {
  const count = await onDatabase(adminUrl, (client) =>
    client.query<{ rows: number }>('select count(*)::integer as rows from bench.events'),
  )
  const rows = count.rows[0]?.rows ?? 0
  while ((signer?.position('events') ?? rows) < rows) await setTimeout(tickMs)
  return rows
}

function ms(value: number | undefined): string {
  return (value ?? Number.NaN).toFixed(1)
}
