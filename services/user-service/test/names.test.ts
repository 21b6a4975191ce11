import { defineService, immutable, mutable } from '@freehold/manifest'
import { mutableEntity } from '@freehold/runtime'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fillNamesRegularly } from '../src/profiles/fill-names.js'
import { openStage, type Stage } from './stage.js'

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage.close())

/** What the service was before names had parts. */
const before = defineService({
  name: 'user',
  database: 'user_db',
  owns: {
    profiles: mutable({
      history: 'profile_history',
      personal: { subject: 'id', fields: ['display_name', 'bio', 'avatar_url'] },
    }),
    profile_history: immutable({ kind: 'history' }),
    erasures: immutable({ kind: 'erasure' }),
  },
})
const profilesOfBefore = mutableEntity<{ id: string; display_name: string; version: number }>(
  before,
  'profiles',
  { columns: ['id', 'display_name', 'version'] },
)
const renamedByBefore = (id: string, display_name: string) =>
  profilesOfBefore.update(stage.database, { key: id, expectedVersion: 'any', set: { display_name } })

const parts = async (id: string) => {
  const text = 'select given_name, family_name, personal from profiles where id = $1'
  const { rows } = await stage.database.query<{
    given_name: string | null
    family_name: string | null
    personal: object
  }>(text, [id])
  return rows[0]
}

describe('a name', () => {
  it('is changed whole, or in its parts', async () => {
    const ada = await stage.person('Ada')
    const whole = await ada.patch('*', { displayName: 'Ada King Lovelace' })
    expect(whole.body.name).toEqual({ given: 'Ada King', family: 'Lovelace' })
    const inParts = await ada.patch(whole.etag, { name: { given: 'Ada', family: 'King Lovelace' } })
    expect(inParts.body).toMatchObject({
      displayName: 'Ada King Lovelace',
      name: { given: 'Ada', family: 'King Lovelace' },
    })
    expect((await ada.patch('*', { name: { given: 'Ada' } })).body.displayName).toBe('Ada')
  })

  it.each([
    ['twice', { displayName: 'Ada', name: { given: 'Ada' } }],
    ['too long in all', { name: { given: 'x'.repeat(60), family: 'y'.repeat(60) } }],
    ['without a given name', { name: { family: 'Lovelace' } }],
    ['that cannot be seen', { name: { given: ' ', family: 'Lovelace' } }],
  ])('is refused when it is given %s', async (_how, patch) => {
    const ada = await stage.person('Ada')
    expect((await ada.patch('*', patch)).status).toBe(400)
  })

  it('loses its parts when a version writes it that knows of none, and gets them again', async () => {
    const ada = await stage.person('Ada Lovelace')
    await ada.me()
    await renamedByBefore(ada.id, 'Ada King')
    expect(await parts(ada.id)).toMatchObject({ given_name: null, family_name: null })
    expect((await ada.me()).body).toMatchObject({
      displayName: 'Ada King',
      name: { given: 'Ada', family: 'King' },
    })
    const stop = fillNamesRegularly(stage.database, {
      everyMs: 10,
      batch: 1,
      onError: (error) => expect.unreachable(String(error)),
    })
    await expect
      .poll(() => parts(ada.id))
      .toMatchObject({
        given_name: 'Ada',
        family_name: 'King',
        personal: { given_name: expect.stringMatching(/^personal\.v1:/) as unknown },
      })
    await stop()
    expect((await ada.me()).body).toMatchObject({ name: { given: 'Ada', family: 'King' }, version: 3 })
  })
})
