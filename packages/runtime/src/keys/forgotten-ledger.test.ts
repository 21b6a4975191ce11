import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ForgottenLedger } from './forgotten-ledger.js'

let home: string

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'freehold-ledger-'))
})

afterAll(() => rm(home, { recursive: true, force: true }))

test('whoever another process has forgotten is told once, with nobody who was known before', async () => {
  const path = join(home, 'forgotten')
  await writeFile(path, '')
  const heard: string[][] = []
  const ours = new ForgottenLedger(path, (forgotten) => heard.push(forgotten.map(({ subject }) => subject)))
  const theirs = new ForgottenLedger(path, () => undefined)
  const [first, second] = [randomUUID(), randomUUID()]
  theirs.add({ subject: first })
  ours.all()
  theirs.add({ subject: second })
  theirs.add({ subject: second, purpose: 'notes' })
  ours.find({ subject: randomUUID() })
  ours.find({ subject: first })
  expect(heard).toEqual([[first], [second]])
})

test('a line that names somebody in capitals is about the same person', async () => {
  const path = join(home, 'capitals')
  const subject = '0198c0de-0000-7000-8000-abcdefabcdef'
  await writeFile(path, `${JSON.stringify({ subject: subject.toUpperCase(), at: new Date() })}\n`)
  expect(new ForgottenLedger(path, () => undefined).find({ subject })).toMatchObject({ subject })
})
