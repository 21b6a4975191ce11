import { randomUUID } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import type { Schedule } from '../../measure/interleaved.js'
import { percentile } from '../../measure/percentile.js'
import type { Table } from '../../measure/report.js'
import { Closing } from '../../stage/closing.js'
import { fillNotes } from '../../writes/rows.js'
import type { Part } from '../../part.js'
import { byFreehold } from './by-freehold.js'
import { byListen } from './by-listen.js'
import { byGraphile, byOutbox, byPgBoss } from './by-peers.js'
import { Ear, type Herald } from './herald.js'

const title =
  'Hearing: from the answer to the commit until the event enters its handler, when nothing else happens\n' +
  '(milliseconds; one event at a time, 5 to 25 ms after the one before; all of it in one process)'
const usual: Omit<Schedule, 'concurrencies'> = { rounds: 5, seconds: 2 }

/** How soon an event is heard. */
export const latency: Part = {
  async measure(stage, { rounds = usual.rounds, seconds = usual.seconds }, onStep) {
    const databases = await stage.clone()
    const publisher = databases.appUrl('bench')
    await fillNotes(publisher, ['plain_notes'])
    await using closing = new Closing()
    const ear = new Ear()
    const heralds = [
      await byListen(await stage.emptyDatabase('latency_listen'), ear.hear, closing),
      await byFreehold(publisher, databases.appUrl('reader'), ear.hear, closing),
      await byGraphile(await stage.emptyDatabase('latency_graphile'), ear.hear, closing),
      await byPgBoss(await stage.emptyDatabase('latency_pg_boss'), ear.hear, closing),
      await byOutbox(await stage.emptyDatabase('latency_outbox'), ear.hear, closing),
    ]
    const samples = new Map<string, number[]>()
    for (const herald of heralds) await sampled(herald, ear, Math.min(seconds, 0.5))
    for (let round = 0; round < rounds; round += 1) {
      for (const herald of heralds) {
        const some = await sampled(herald, ear, seconds)
        samples.set(herald.name, [...(samples.get(herald.name) ?? []), ...some])
        onStep(`${herald.name}: ${percentile(some, 50).toFixed(2)} ms`)
      }
    }
    return tableOf(samples)
  },
}

async function sampled(herald: Herald, ear: Ear, seconds: number): Promise<number[]> {
  const until = performance.now() + seconds * 1000
  const times: number[] = []
  do {
    await setTimeout(5 + Math.random() * 20)
    const id = randomUUID()
    await herald.tell(id)
    const committedAt = performance.now()
    // Who is told by the server may hear of it before the one who committed.
    times.push(Math.max(0, (await ear.heardAt(id)) - committedAt))
  } while (performance.now() < until)
  return times
}

function tableOf(samples: ReadonlyMap<string, readonly number[]>): Table {
  const figures = [...samples].map(([name, times]) => ({
    name,
    events: times.length,
    p50: percentile(times, 50),
    p99: percentile(times, 99),
    longest: Math.max(...times),
  }))
  return {
    title,
    header: ['ms', 'p50', 'p99', 'longest', 'events'],
    rows: figures.map(({ name, events, p50, p99, longest }) => [
      name,
      ...[p50, p99, longest].map((ms) => ms.toFixed(2)),
      String(events),
    ]),
    figures,
  }
}
