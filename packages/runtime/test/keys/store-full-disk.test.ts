import { execFile } from 'node:child_process'
import { appendFile, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { temporaryKeyStore, fileKeyStore, type TemporaryKeyStore } from '../../src/keys/index.js'

const program = fileURLToPath(new URL('destroying-process.mjs', import.meta.url))
const run = promisify(execFile)

let store: TemporaryKeyStore

beforeAll(async () => {
  store = await temporaryKeyStore('notes')
})

afterAll(() => store.remove())

test('a ledger that takes only the beginning of a line says so, and goes on when there is room', async () => {
  const { directory, encryption } = store
  const ledger = join(directory, 'forgotten')
  const line = `${JSON.stringify({ subject: 'x'.repeat(100), at: new Date() })}\n`
  // A file may have 1,024 bytes there: what is written beyond comes short, as on a disk that is full.
  while ((await readFile(ledger)).length + line.length < 1_000) await appendFile(ledger, line)
  const { stdout } = await run('bash', [
    '-c',
    'ulimit -f 1; exec "$@"',
    'bash',
    process.execPath,
    program,
    directory,
    encryption,
  ])
  expect(stdout.trim()).toBe('FREEHOLD_KEY_STORE_UNAVAILABLE')
  expect((await readFile(ledger)).length).toBe(1_024)
  const again = await fileKeyStore({ service: 'notes', directory, encryption })
  await again.destroy({ subject: 'somebody who is to be forgotten' })
  expect((await again.forgotten()).map(({ subject }) => subject)).toEqual([
    'x'.repeat(100),
    'somebody who is to be forgotten',
  ])
})
