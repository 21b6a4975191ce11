import { connect, seal, startSealer } from '@freehold/runtime'
import { startSigner } from '@freehold/runtime/signing'
import { liveLog, verifyLog } from 'freehold'
import { setTimeout } from 'node:timers/promises'
import { median } from '../measure/median.js'
import type { Part } from '../part.js'
import { madeEvents } from '../events/arrivals.js'
import { Closing } from '../stage/closing.js'
import { onDatabase } from '../stage/on-database.js'
import { benchService } from '../stage/ownership.js'
import { key } from './logs.js'

const title = 'Verifying: all of a log from a live database, row by row\n(one process and its server)'
const statementRows = 10_000
const rows = 300_000

/** How many rows a second are verified. */
export const verifying: Part = {
  async measure(stage, { rounds = 3, seconds }, onStep) {
    const count = seconds === undefined ? rows : Math.max(statementRows, Math.round(seconds * 50_000))
    const databases = await stage.clone()
    await using closing = new Closing()
    const db = connect({ url: databases.appUrl('bench'), applicationName: 'bench', max: 3 })
    closing.defer(() => db.close())
    for (let done = 0; done < count; done += statementRows) {
      await db.query(
        `insert into events (id, type, key, data) select e.id, e.type, e.key, e.data from (${madeEvents(statementRows)}) e`,
      )
      await seal(db, 'events')
    }
    const signedInMs = await signed(db, count)
    onStep(`${count} rows signed at ${Math.round((count * 1000) / signedInMs)} rows/s`)
    const perSecond: number[] = []
    const copied: number[] = []
    for (let round = 0; round < rounds; round += 1) {
      await onDatabase(databases.adminUrl('bench'), async (client) => {
        const copiedAt = performance.now()
        await client.query('create temp table copied as select * from bench.events')
        copied.push((count * 1000) / (performance.now() - copiedAt))
        await client.query('begin isolation level repeatable read, read only')
        const startedAt = performance.now()
        const { findings, checked } = await verifyLog(await liveLog(client, benchService, 'events'), {
          keys: [key],
        })
        if (findings.length > 0 || checked.rows !== count)
          throw new Error('the log did not hold, so nothing was measured')
        perSecond.push((count * 1000) / (performance.now() - startedAt))
        onStep(`${Math.round(perSecond.at(-1) ?? 0)} rows/s verified`)
      })
    }
    const figures = {
      rows: count,
      verified: median(perSecond),
      signed: (count * 1000) / signedInMs,
      copied: median(copied),
    }
    return {
      title,
      header: [`${count} rows`, 'rows/s'],
      rows: [
        ['hashed and signed', Math.round(figures.signed).toString()],
        ['verified', Math.round(figures.verified).toString()],
        ['copied into another table, the limit of the server', Math.round(figures.copied).toString()],
      ],
      figures,
    }
  },
}

async function signed(db: ReturnType<typeof connect>, count: number): Promise<number> {
  const startedAt = performance.now()
  const sealer = startSealer(benchService, db, { logs: ['events'] })
  const signer = startSigner(benchService, db, { sealer, key: () => key, logs: ['events'], gapMs: 0 })
  while (signer.position('events') < count) await setTimeout(5)
  const ms = performance.now() - startedAt
  await signer.stop()
  await sealer.stop()
  return ms
}
