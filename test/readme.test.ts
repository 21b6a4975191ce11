import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { RunningSystem } from '@notes/start'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startForTest } from './system/start-for-test.js'

const run = promisify(execFile)

/** With the version of the author's profile behind it, once an event has told of them. */
const ofVersion = (version: number): unknown =>
  expect.stringMatching(new RegExp(`^etag: "${version}(\\+\\d+)?"$`))

describe('the README', () => {
  let state: string
  let system: RunningSystem
  beforeAll(async () => {
    state = await mkdtemp(join(tmpdir(), 'freehold readme '))
    system = await startForTest(state)
  })
  afterAll(async () => {
    await system.stop()
    await rm(state, { recursive: true, force: true })
  })

  it('shows commands that do what it says', async () => {
    const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8')
    const [, commands = ''] =
      /<!-- executed by test\/readme.test.ts -->\s*```sh\n(.*?)```/s.exec(readme) ?? []
    expect(commands).toContain('curl')
    const script = commands.replaceAll('http://localhost:8080', system.url)
    const { stdout } = await run('bash', ['-euc', script])
    expect(stdout).toContain('"email":"ada@example.com"')
    expect(stdout.match(/HTTP\/1.1 .*$/gm)?.map((line) => line.trim())).toEqual([
      'HTTP/1.1 200 OK',
      'HTTP/1.1 200 OK',
      'HTTP/1.1 412 Precondition Failed',
      'HTTP/1.1 204 No Content',
      'HTTP/1.1 410 Gone',
    ])
    expect(stdout.match(/^etag: .*$/gim)?.map((line) => line.trim().toLowerCase())).toEqual([
      ofVersion(1),
      ofVersion(2),
      ofVersion(2),
    ])
    const [listed = '', checked = ''] = stdout.slice(stdout.lastIndexOf('{"items"')).split('It holds: ')
    expect(checked).toMatch(/^this is the row at position \d+ of (auth|user|notes)\/audit_log\.\n.*action: /s)
    const history: unknown = JSON.parse(listed)
    expect(history).toMatchObject({
      items: [
        { version: 2, note: { body: 'Milk, bread' } },
        { version: 1, note: { body: 'Milk' } },
      ],
      nextCursor: null,
    })
  })
})
