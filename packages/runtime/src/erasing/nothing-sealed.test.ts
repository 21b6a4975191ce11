import { randomUUID } from 'node:crypto'
import { afterEach, expect, test } from 'vitest'
import { clinicAudit, clinic, clinicService, patients } from '../../test/fixtures/clinic.js'
import { guild, guildService } from '../../test/fixtures/guild.js'
import { erasureRequests, hasNothingSealed } from './index.js'

const opened: { drop(): Promise<void> }[] = []

afterEach(async () => {
  for (const each of opened.splice(0)) await each.drop()
})

test('a row whose history is sealed, and what is left of it in the history alone', async () => {
  const house = await clinic()
  opened.push(house)
  const db = house.open()
  expect(await hasNothingSealed(clinicService, db)).toBe(true)
  const { id, version } = await patients.insert(db, { id: randomUUID(), name: 'Ada' })
  expect(await hasNothingSealed(clinicService, db)).toBe(false)
  await patients.delete(db, { key: id, expectedVersion: version })
  expect(await hasNothingSealed(clinicService, db)).toBe(false)
})

test('a row of a log, but not one from before its columns were personal', async () => {
  const house = await clinic()
  opened.push(house)
  const db = house.open()
  await clinicAudit.append(db, { action: 'looked', actor: null, origin: null, detail: null })
  expect(await hasNothingSealed(clinicService, db)).toBe(true)
  await clinicAudit.append(db, { action: 'looked', actor: randomUUID(), origin: 'desk', detail: null })
  expect(await hasNothingSealed(clinicService, db)).toBe(false)
})

test('somebody who was to be forgotten', async () => {
  const house = await clinic()
  opened.push(house)
  const db = house.open()
  await db.transaction((tx) =>
    erasureRequests(clinicService).ask(tx, { subject: randomUUID(), reason: 'wish' }),
  )
  expect(await hasNothingSealed(clinicService, db)).toBe(false)
})

test('an event', async () => {
  const house = await guild()
  opened.push(house)
  expect(await hasNothingSealed(guildService, house.db)).toBe(true)
  await house.join(randomUUID())
  expect(await hasNothingSealed(guildService, house.db)).toBe(false)
})
