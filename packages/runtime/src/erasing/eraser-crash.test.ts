import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { club, clubService, eraseMembers, joined, type Club } from '../../test/fixtures/club.js'
import { seededForTest } from '../../test/fixtures/seeded.js'
import { steppingProcess, type SteppingProcess } from '../../test/fixtures/stepping-process.js'
import type { Database } from '../database/index.js'
import { isErased, type KeyStore } from '../personal/index.js'
import { erasureRequests, startEraser } from './index.js'

/** In their order; at `erase` a statement was sent and is not yet answered. */
const steps = ['destroy', 'destroyed', 'begin', 'erase', 'erased', 'commit']
const rounds = Number(process.env['FREEHOLD_KILL_ROUNDS'] ?? 1)

let house: Club
let db: Database
let keys: KeyStore
const processes: SteppingProcess[] = []

beforeAll(async () => {
  house = await club()
  db = house.open()
  keys = await house.openKeys()
})
afterEach(async () => {
  await Promise.all(processes.splice(0).map((one) => one.kill()))
})
afterAll(() => house.drop())

async function rowsOf(subject: string): Promise<object> {
  const { rows } = await db.query(
    `select (select count(*)::integer from members where person = $1) as members,
       (select count(*)::integer from letters where reader = $1) as letters,
       (select string_agg(step, ' ' order by seq) from erasures where subject = $1) as steps`,
    [subject],
  )
  return rows[0] ?? {}
}

test(
  'an eraser that is killed at any step has erased all or nothing, and the next one brings it to its end',
  async () => {
    const random = seededForTest('eraser')
    for (let round = 0; round < rounds; round += 1)
      for (const step of steps) {
        const people = await Promise.all([1, 2, 3].map(() => joined(db, keys)))
        for (const subject of people) await erasureRequests(clubService).ask(db, { subject })
        const env = {
          APP_URL: house.appUrl,
          STORE: house.store,
          ENCRYPTION: house.encryption,
          SERVICE: JSON.stringify(clubService),
        }
        const killed = steppingProcess('eraser-process.mjs', { step, times: 1 + random.below(5), env })
        processes.push(killed)
        expect({ step, by: (await killed.ended).by }).toEqual({ step, by: 'SIGKILL' })
        for (const subject of people) {
          const { members, letters } = (await rowsOf(subject)) as { members: number; letters: number }
          expect({ step, members }).toEqual({ step, members: letters })
          // Whose rows are gone, their keys are too.
          const [state] = await (await house.openKeys()).find([{ subject, purpose: 'club' }])
          if (members === 0) expect({ step, isErased: isErased(state) }).toEqual({ step, isErased: true })
        }
        const options = { service: clubService, db, keys, erase: eraseMembers, everyMs: 10, settleMs: 20 }
        const next = startEraser(options)
        for (const subject of people)
          await expect
            .poll(() => rowsOf(subject), { timeout: 5_000 })
            .toEqual({ members: 0, letters: 0, steps: 'asked forgotten erased' })
        await next.stop()
      }
  },
  120_000 * rounds,
)
