import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fileKeyStore } from '../../src/keys/index.js'
import { isErased } from '../../src/personal/index.js'

const rounds = Number(process.env['FREEHOLD_KILL_ROUNDS'] ?? 2)
const program = fileURLToPath(new URL('store-process.mjs', import.meta.url))

let home: string

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'freehold-keys-'))
  const secret = Buffer.alloc(32, 7).toString('base64url')
  await writeFile(join(home, 'kek.json'), JSON.stringify({ service: 'notes', keys: [{ id: 'a', secret }] }))
})

afterAll(() => rm(home, { recursive: true, force: true }))

/** Runs several processes on one store, kills them, and tells what they said they had done. */
async function killed(
  directory: string,
): Promise<{ made: Map<string, Set<string>>; destroyed: Set<string> }> {
  const children = [0, 1, 2].map((own) => {
    const child = spawn(process.execPath, [program, directory, join(home, 'kek.json'), String(own)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let said = ''
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()))
    return { child, ended: once(child, 'close'), lines: () => said.split('\n').slice(0, -1) }
  })
  const enough = Date.now() + 30_000
  while (children.some(({ lines }) => lines().length < 20) && Date.now() < enough) await sleep(20)
  await sleep(Math.random() * 100)
  expect(children.map(({ child }) => child.exitCode)).toEqual([null, null, null])
  for (const { child } of children) child.kill('SIGKILL')
  await Promise.all(children.map(({ ended }) => ended))
  const made = new Map<string, Set<string>>()
  const destroyed = new Set<string>()
  for (const line of children.flatMap(({ lines }) => lines())) {
    const [what, number = '', secret = ''] = line.split(' ')
    const subject = `subject ${number}`
    if (what === 'destroyed') destroyed.add(subject)
    else made.set(subject, (made.get(subject) ?? new Set()).add(secret))
  }
  return { made, destroyed }
}

test.each(Array.from({ length: rounds }, (_, round) => round))(
  'of processes that are killed, every key that one was given is there, the same for all, and every destroyed one gone (round %i)',
  async (round) => {
    const directory = join(home, `store-${round}`)
    const { made, destroyed } = await killed(directory)
    expect(made.size).toBeGreaterThan(5)
    expect(destroyed.size).toBeGreaterThan(2)
    const store = await fileKeyStore({ service: 'notes', directory, encryption: join(home, 'kek.json') })
    const forgotten = new Set((await store.forgotten()).map(({ subject }) => subject))
    for (const subject of destroyed) expect(forgotten).toContain(subject)
    for (const [subject, secrets] of made) {
      expect([subject, secrets.size]).toEqual([subject, 1])
      const [state] = await store.find([{ subject, purpose: 'notes' }])
      if (forgotten.has(subject)) expect(isErased(state)).toBe(true)
      else expect([state && 'secret' in state && state.secret.toString('hex')]).toEqual([...secrets])
    }
    const files = (await readdir(join(directory, 'keys'), { recursive: true })).filter((file) =>
      file.endsWith('.key'),
    )
    expect(files.length).toBeLessThanOrEqual(made.size + 3)
  },
  60_000,
)
