import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join as path } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { databaseOf, serviceNamed } from '@freehold/manifest'
import { connect } from '@freehold/runtime'
import { sealKey, startSigner } from '@freehold/runtime/signing'
import type { RunningSystem } from '@notes/start'
import type { LogVerdict } from 'freehold'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { configs, provisioningContext, runFreehold, strategies } from './administration.js'
import { join } from './api-client.js'
import { startForTest } from './start-for-test.js'

const patience = { timeout: 60_000, interval: 1_000 }

describe.each(strategies)('services that witness one another under %s', (strategy) => {
  const config = configs[strategy]
  let state: string
  let system: RunningSystem
  beforeAll(async () => {
    state = await mkdtemp(path(tmpdir(), 'freehold-witnesses-'))
    system = await startForTest(state, config)
  })
  afterAll(async () => {
    await system.stop()
    await rm(state, { recursive: true, force: true })
  })

  const verify = async (...args: string[]): Promise<{ exitCode: number; logs: LogVerdict[] }> => {
    const { exitCode, output } = await runFreehold({ state, config }, ['verify', ...args, '--json'])
    return { exitCode, logs: (JSON.parse(output) as { logs: LogVerdict[] }).logs }
  }

  it('confirm each log of the others', async () => {
    const ada = await join(system.url, 'Ada')
    const created = await ada.send('POST', '/api/notes', { title: 'Plan' })
    await ada.send('PATCH', `/api/notes/${String(created.body['id'])}`, { body: 'x' }, { 'if-match': '"1"' })
    await ada.send('PATCH', '/api/users/me', { bio: 'Engines' }, { 'if-match': '*' })
    await vi.waitFor(async () => {
      const { exitCode, logs } = await verify()
      expect(exitCode).toBe(0)
      expect(logs).toHaveLength(14)
      // Nobody was to be forgotten: there is nothing in those logs to be told.
      const used = logs.filter(({ log }) => log !== 'erasures')
      const silent = used.flatMap(({ service, log, witnesses }) =>
        witnesses
          .filter(({ confirms }) => confirms === 0)
          .map(({ witness }) => `${witness} of ${service}.${log}`),
      )
      expect(silent).toEqual([])
      expect(logs.map(({ witnesses }) => witnesses.length)).toEqual(logs.map(() => 2))
    }, patience)
    const { output } = await runFreehold({ state, config }, ['verify', 'notes'])
    expect(output).toMatch(/✓ notes\.note_history .*confirmed to position 2 by auth and user/)
    // It was verified before: this says so, and no more.
    expect(output).toMatch(
      /✓ notes\.note_history  signed to position 2 at .*, nothing new since \d+ segments/,
    )
    expect(output).toMatch(/\nWhat is new in \d+ logs is as it was sealed\. `--all` also looks/)
    const whole = await runFreehold({ state, config }, ['verify', 'notes', '--all'])
    expect(whole.output).toMatch(/\n\d+ logs are as they were sealed\.\n/)
  })

  it('are named when they cannot be asked, and nothing is green then', async () => {
    const unreachable = { FREEHOLD_SERVER_URL_NOTES: 'postgresql://postgres@127.0.0.1:1/postgres' }
    const { exitCode, output } = await runFreehold(
      { state, config },
      ['verify', 'auth', '--log', 'audit_log'],
      unreachable,
    )
    expect(output).toMatch(
      /\? auth\.audit_log .*confirmed to position \d+ by user, notes could not be asked\n/,
    )
    expect(output).toContain('notes could not be asked: The server 127.0.0.1:1 cannot be entered')
    expect(exitCode).toBe(2)
  })

  it('remember a log that was made anew with all that proves it, and its key', async () => {
    const context = await provisioningContext(state, config)
    const service = serviceNamed(context.system, 'auth')
    const url = new URL(context.servers.urlFor('auth'))
    url.pathname = databaseOf(context.system, service)
    const superuser = new pg.Client({ connectionString: url.href })
    await superuser.connect()
    await superuser.query(`
      begin;
      delete from pg_trigger where tgrelid = 'auth.audit_log'::regclass;
      update auth.audit_log set action = 'nothing.happened' where seq = 1;
      delete from freehold.checkpoint where service = 'auth' and log = 'audit_log';
      delete from freehold.segment_proof where service = 'auth' and log = 'audit_log';
      delete from freehold.proof_part where service = 'auth' and log = 'audit_log';
      commit`)
    await superuser.end()

    const thief = connect({
      urlFile: path(state, 'credentials', 'auth.app.env'),
      applicationName: 'thief',
      max: 1,
    })
    const signer = startSigner(service, thief, {
      sealer: { sealedBeyond: async () => sleep(100, 0) },
      key: sealKey({ service: 'auth', identityFile: path(state, 'credentials', 'auth.identity.json') }),
      logs: ['audit_log'],
    })
    await expect.poll(() => signer.position('audit_log')).toBeGreaterThan(0)
    await signer.stop()
    await thief.close()

    const { exitCode, logs } = await verify('auth', '--all')
    expect(exitCode).toBe(1)
    const found = logs.flatMap(({ log, findings }) => findings.map((finding) => ({ log, ...finding })))
    // The database itself is in order: nobody but the others can tell.
    const rewritten = { log: 'audit_log', kind: 'rewritten', segment: 1 }
    expect(found).toMatchObject(['user', 'notes'].map((witness) => ({ ...rewritten, witness })))
  })
})
