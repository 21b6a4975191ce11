import pg from 'pg'
import { interleaved, type Schedule } from '../../measure/interleaved.js'
import { sliceReport } from '../../measure/progress.js'
import { ratios } from '../../measure/report.js'
import { Closing } from '../../stage/closing.js'
import type { Part } from '../../part.js'
import { drained } from './backlog.js'
import { byFreehold } from './by-freehold.js'
import { byGraphile } from './by-graphile.js'
import { byOutbox } from './by-outbox.js'
import { byPgBoss } from './by-pg-boss.js'
import { bySql } from './by-sql.js'

const title =
  'Draining: a backlog into another database, a row for each event, each looked for once at the end\n' +
  '(one server, fsync and synchronous_commit on; backlogs as large as each may do in the time; read the ratios)'
const unit = 'events/s'
const usual: Schedule = { concurrencies: [100, 500, 2000], rounds: 3, seconds: 1 }

/** How quickly a backlog has its effect elsewhere, by the size of the batches. */
export const drain: Part = {
  async measure(stage, { rounds = usual.rounds, seconds = usual.seconds }, onStep) {
    const databases = await stage.clone()
    const publisher = databases.appUrl('bench')
    const readerAdmin = databases.adminUrl('reader')
    const readerApp = databases.appUrl('reader')
    await using closing = new Closing()
    const looking = new pg.Client({ connectionString: readerAdmin })
    await looking.connect()
    closing.defer(() => looking.end())
    const drains = [
      await bySql(databases.adminUrl('bench'), readerAdmin, closing),
      byFreehold(publisher, readerApp, 'feed', 'batch', closing),
      byFreehold(publisher, readerApp, 'feed', 'one', closing),
      await byPgBoss(await stage.emptyDatabase('drain_pg_boss'), readerAdmin, closing),
      await byGraphile(await stage.emptyDatabase('drain_graphile'), readerAdmin, closing),
      await byOutbox(await stage.emptyDatabase('drain_outbox'), readerAdmin, closing),
    ]
    // With databases of its own, since it has a cursor of its own.
    const others = await stage.clone()
    const lookingThere = new pg.Client({ connectionString: others.adminUrl('reader') })
    await lookingThere.connect()
    closing.defer(() => lookingThere.end())
    const floor = byFreehold(others.appUrl('bench'), others.appUrl('reader'), 'log', 'batch', closing)
    const contenders = [...drains.map((one) => drained(one, looking)), drained(floor, lookingThere)]
    const schedule = { rounds, seconds, concurrencies: usual.concurrencies }
    const measured = await interleaved(contenders, schedule, sliceReport(unit, onStep, 'batch'))
    return ratios(title, unit, measured, 'batch')
  },
}
