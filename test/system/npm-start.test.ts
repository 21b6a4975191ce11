import { once } from 'node:events'
import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join as path } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { removeData } from '@freehold/embedded'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { join, send, type Answer, type Person } from './api-client.js'
import { processesOf } from './processes-of.js'
import { patience, runStart, type StartProgram } from './start-program.js'

// One folder of state through three starts, since each takes its seconds: every test goes on where the last one ended.
describe('npm start', { timeout: 2 * patience }, () => {
  let home: string
  let state: string
  let program: StartProgram
  let ada: Person
  let note: string
  const programs: StartProgram[] = []
  beforeAll(async () => {
    home = await realpath(await mkdtemp(path(tmpdir(), 'freehold start with spaces ')))
    // As root, PostgreSQL runs as another account, which has to come through here.
    await chmod(home, 0o711)
    state = path(home, 'the state')
  })
  afterAll(async () => {
    for (const each of programs) await each.kill()
    for (const { pid } of await processesOf(home)) endForced(pid)
    await nothingLeftSoon()
    await removeData(path(state, 'data'))
    await removeData(path(home, 'early', 'data'))
    await rm(home, { recursive: true, force: true })
  }, 2 * patience)

  const run = async (...args: string[]): Promise<StartProgram> => {
    const started = await runStart(home, ...args)
    programs.push(started)
    return started
  }
  const start = async (...args: string[]): Promise<void> => {
    program = await run('--state', state, ...args)
    await program.says('Ctrl-C stops everything.')
  }
  const left = async (): Promise<string[]> => (await processesOf(home)).map(({ command }) => command)
  const nothingLeftSoon = async (): Promise<void> => {
    await vi.waitFor(async () => expect(await left()).toEqual([]), { timeout: patience })
  }
  const killOne = async (part: string): Promise<void> => {
    const found = (await processesOf(home)).filter(({ command }) => command.includes(part))
    expect(found).toHaveLength(1)
    for (const { pid } of found) endForced(pid)
  }
  const logIn = (): Promise<Answer> =>
    send(addressOf(program, 'gateway'), 'POST', '/api/auth/login', {
      email: ada.email,
      password: ada.password,
    })

  it('says what it does and where everything is, and serves there', async () => {
    const began = performance.now()
    await start()
    process.stdout.write(`npm start, cold: ${((performance.now() - began) / 1000).toFixed(1)} s\n`)
    const said = program.output()
    for (const step of [
      '· building',
      '✓ PostgreSQL',
      '✓ gateway',
      'notes_db, schema notes: 8 new migrations',
    ]) {
      expect(said).toContain(step)
    }
    expect(said).toMatch(/Notes is running, ready in \d+\.\d s/)
    expect(said).toContain(path(state, 'credentials', 'admin.env'))
    expect(await fetch(addressOf(program, 'API'))).toMatchObject({ status: 200 })
    ada = await join(addressOf(program, 'gateway'))
    const written = await ada.send('POST', '/api/notes', { title: 'of yesterday' })
    expect(written).toMatchObject({ status: 201 })
    note = `/api/notes/${String(written.body['id'])}`
  })

  it('names a port in use with the flag that changes it, and who runs on the same state already', async () => {
    const squatter = createServer().listen(0, '127.0.0.1')
    await once(squatter, 'listening')
    try {
      const { port } = squatter.address() as AddressInfo
      const [noPort, noState] = await Promise.all([
        run('--state', path(home, 'another state'), '--user-port', String(port)),
        run('--state', state),
      ])
      expect(await noPort.ended).toBe(1)
      expect(noPort.output()).toContain(
        `FREEHOLD_PORT_IN_USE: Port ${port}, which user-service needs (--user-port)`,
      )
      expect(await noState.ended).toBe(1)
      expect(noState.output()).toContain('FREEHOLD_ALREADY_RUNNING')
      expect(noState.output()).toContain(`the state in ${state}, as process ${program.pid}.`)
      expect(await processesOf(path(home, 'another state'))).toEqual([])
    } finally {
      squatter.close()
    }
    // Whoever was refused has touched nothing of the one that runs.
    expect(await ada.send('GET', note)).toMatchObject({ status: 200 })
  })

  it('ends at Ctrl-C with exit code 0, and no process is left', async () => {
    expect((await left()).length).toBeGreaterThan(6)
    expect(await program.pressCtrlC()).toBe(0)
    expect(await left()).toEqual([])
    expect(program.output()).toMatch(/stopping gateway\n.*stopping PostgreSQL\n.*Stopped\.\n$/s)
  })

  it('finds the data of yesterday at the next start', async () => {
    await start()
    const { status, body } = await logIn()
    expect(status).toBe(200)
    const authorization = `Bearer ${String(body['accessToken'])}`
    expect(
      await send(addressOf(program, 'gateway'), 'GET', note, undefined, { authorization }),
    ).toMatchObject({ status: 200, body: { title: 'of yesterday', authorId: ada.id } })
  })

  it('leaves no process at Ctrl-C when PostgreSQL was killed and replaced, and a service killed just now', async () => {
    await killOne('/postgres -D')
    await program.says(/PostgreSQL is back/)
    await killOne('user-service')
    await program.says(/user-service ended \(SIGKILL\)/)
    expect(await program.pressCtrlC()).toBe(0)
    await nothingLeftSoon()
  })

  it('begins anew with --fresh: the account is unknown', async () => {
    await start('--fresh')
    expect(await logIn()).toMatchObject({ status: 401 })
    expect((await join(addressOf(program, 'gateway'))).token).not.toBe('undefined')
  })

  it('leaves no process when it is killed itself: what it started notices', async () => {
    expect((await left()).length).toBeGreaterThan(6)
    expect(await program.kill()).toBe('SIGKILL')
    await nothingLeftSoon()
  })

  // While it builds, while it loads, when it begins: no moment in which a Ctrl-C goes to nobody.
  it.each([0, 150, 250, 350, 450, 600])('ends at a Ctrl-C %d ms after its first word', async (delay) => {
    const early = await run('--state', path(home, 'early'))
    await early.says('building')
    await sleep(delay)
    expect([0, 130, 'SIGINT']).toContain(await early.pressCtrlC())
    expect(early.output()).not.toContain('is running')
    await nothingLeftSoon()
  })
})

/** Where the table of addresses says that something is. */
function addressOf(program: StartProgram, name: string): string {
  const [, address = ''] = new RegExp(`^  ${name} +(http\\S+)`, 'm').exec(program.output()) ?? []
  expect(address).not.toBe('')
  return address
}

function endForced(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    // It ended by itself meanwhile.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}
