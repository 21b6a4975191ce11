import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { isErased, type DataKey, type KeyStore } from '../personal/index.js'

/** One thing that a key store must do. */
export interface KeyStoreCheck {
  readonly name: string
  /** @throws AssertionError when it does not. */
  run(): Promise<void>
}

/**
 * What every key store must do, for a test runner of your choice: `for (const { name, run } of checks) test(name, run)`.
 *
 * @param open - Opens the same store once more, as another process would.
 */
export function keyStoreConformance(open: () => Promise<KeyStore>): readonly KeyStoreCheck[] {
  const purpose = 'conformance'
  const check = (name: string, body: (one: KeyStore, other: KeyStore) => Promise<void>): KeyStoreCheck => ({
    name,
    run: async () => body(await open(), await open()),
  })
  return [
    check('a key is made once, and is the same for everybody and for ever', async (one, other) => {
      const subject = randomUUID()
      const keys = await Promise.all(
        [one, other, one, other].map((store) => store.obtain({ subject, purpose })),
      )
      for (const key of keys) assert.equal(hex(key), hex(keys[0]))
      assert.equal(keys[0]?.secret.length, 32)
      const [again] = await (await open()).find([{ subject, purpose }])
      assert.ok(again !== undefined && !isErased(again))
      assert.equal(hex(again), hex(keys[0]))
    }),
    check('each subject and each purpose has a key of its own', async (one) => {
      const [a, b] = [randomUUID(), randomUUID()]
      const names = [a, b].flatMap((subject) => ['first', 'second'].map((purpose) => ({ subject, purpose })))
      const keys = await Promise.all(names.map((name) => one.obtain(name)))
      assert.equal(new Set(keys.map(hex)).size, names.length)
    }),
    check('what was never made is not found, in the order of the question', async (one) => {
      const [known, unknown] = [randomUUID(), randomUUID()]
      const key = await one.obtain({ subject: known, purpose })
      const names = [unknown, known, unknown].map((subject) => ({ subject, purpose }))
      const [before, found, after] = await one.find(names)
      assert.deepEqual([before, after], [undefined, undefined])
      assert.ok(found !== undefined && !isErased(found))
      assert.equal(hex(found), hex(key))
    }),
    check('a destroyed key is gone for everybody, and does not come back', async (one, other) => {
      const subject = randomUUID()
      await Promise.all([one, other].map((store) => store.obtain({ subject, purpose })))
      await one.destroy({ subject })
      await stale(one)
      for (const store of [one, other, await open()]) {
        const states = await store.find([
          { subject, purpose },
          { subject, purpose: 'never_made' },
        ])
        assert.ok(states.every(isErased))
        await assert.rejects(store.obtain({ subject, purpose }), { code: 'FREEHOLD_SUBJECT_ERASED' })
      }
    }),
    check('a subject is forgotten for one purpose, and known for the others', async (one, other) => {
      const subject = randomUUID()
      await one.obtain({ subject, purpose: 'kept' })
      await one.obtain({ subject, purpose })
      await other.destroy({ subject, purpose })
      await stale(other)
      const [gone, kept] = await one.find([
        { subject, purpose },
        { subject, purpose: 'kept' },
      ])
      assert.ok(isErased(gone) && kept !== undefined && !isErased(kept))
    }),
    check('a destruction may be repeated, and is remembered once with its first time', async (one, other) => {
      const subject = randomUUID()
      const first = await one.destroy({ subject })
      const second = await other.destroy({ subject })
      assert.deepEqual(second, first)
      const remembered = (await other.forgotten()).filter((forgotten) => forgotten.subject === subject)
      assert.deepEqual(remembered, [first])
    }),
    check('of those who make and destroy at once, nobody keeps a key', async (one, other) => {
      for (let round = 0; round < 20; round += 1) {
        const subject = randomUUID()
        await Promise.allSettled([
          one.obtain({ subject, purpose }),
          other.destroy({ subject }),
          one.obtain({ subject, purpose }),
        ])
        await stale(one)
        await assert.rejects(one.obtain({ subject, purpose }), { code: 'FREEHOLD_SUBJECT_ERASED' })
        assert.ok((await other.find([{ subject, purpose }])).every(isErased))
      }
    }),
    check('a person is one however the letters of their id are written', async (one) => {
      const subject = `0198c0de-0000-7000-8000-${randomUUID().slice(-12)}`
      const capitals = subject.toUpperCase()
      const key = await one.obtain({ subject, purpose })
      assert.equal(hex(await one.obtain({ subject: capitals, purpose })), hex(key))
      const [found] = await one.find([{ subject: capitals, purpose }])
      assert.ok(found !== undefined && !isErased(found))
      await one.destroy({ subject: capitals })
      await stale(one)
      assert.ok((await one.find([{ subject, purpose }])).every(isErased))
      await assert.rejects(one.obtain({ subject, purpose }), { code: 'FREEHOLD_SUBJECT_ERASED' })
    }),
    check('no subject, and one too long, are refused', async (one) => {
      for (const subject of ['', 'x'.repeat(201)])
        await assert.rejects(one.obtain({ subject, purpose }), { code: 'FREEHOLD_PERSONAL_SUBJECT_MISSING' })
    }),
  ]
}

function hex(key: DataKey | undefined): string | undefined {
  return key?.secret.toString('hex')
}

async function stale({ staleMs }: KeyStore): Promise<void> {
  if (staleMs > 0) await new Promise((resolve) => setTimeout(resolve, staleMs))
}
