import { interleaved, type Schedule } from '../measure/interleaved.js'
import { sliceReport } from '../measure/progress.js'
import { ratios } from '../measure/report.js'
import { Closing } from '../stage/closing.js'
import { onDatabase } from '../stage/on-database.js'
import type { Part } from '../part.js'
import { append, openLog } from './logs.js'

const title =
  'Appending: one row in a transaction of its own\n' +
  '(one server, fsync and synchronous_commit on; pools of 10; sealer and signer in the process that writes; read the ratios)'
const unit = 'rows/s'
const usual: Schedule = { concurrencies: [1, 8, 32], rounds: 5, seconds: 2 }

/** What guards, sealing and signing cost whoever appends. */
export const appending: Part = {
  async measure(stage, schedule, onStep) {
    await using closing = new Closing()
    const logs = await Promise.all(
      [
        { name: 'log, neither sealed nor signed', seals: false, signs: false },
        { name: 'log, sealed', seals: true, signs: false },
        { name: 'log, sealed and signed', seals: true, signs: true },
      ].map(async ({ name, ...beside }) => {
        const { db } = openLog((await stage.clone()).appUrl('bench'), beside, closing)
        return { name, operation: (worker: number) => append(db, 'events', worker) }
      }),
    )
    const plain = await stage.emptyDatabase('plain_log')
    await onDatabase(plain, (client) =>
      client.query(
        `create table plain_events (
           seq bigint generated always as identity primary key, xid xid8 not null default pg_current_xact_id(),
           at timestamptz not null default clock_timestamp(), id uuid not null, type text not null, key text not null,
           data jsonb not null, correlation_id text, causation_id text, traceparent text
         )`,
      ),
    )
    const { db } = openLog(plain, { seals: false, signs: false }, closing)
    const contenders = [
      {
        name: 'plain INSERT, no index but the key',
        operation: (worker: number) => append(db, 'plain_events', worker),
      },
      ...logs,
    ]
    return ratios(
      title,
      unit,
      await interleaved(contenders, { ...usual, ...schedule }, sliceReport(unit, onStep)),
    )
  },
}
