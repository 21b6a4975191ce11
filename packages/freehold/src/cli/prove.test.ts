import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { cliProject, type CliProject, type CliResult } from '../../test/cli-project.js'

const migration = `create table things (
  id uuid primary key, version integer not null default 1, updated_at timestamptz not null default now()
);
create table audit_log (
  seq bigint generated always as identity primary key,
  xid xid8 not null default pg_current_xact_id(),
  at timestamptz not null default clock_timestamp(),
  action text not null
);`

describe('freehold prove', () => {
  let project: CliProject
  beforeAll(async () => {
    project = await cliProject(inject('serverUrl'))
    await project.write('migrations/0001_things.sql', migration)
  })
  afterAll(() => project.remove())

  const prove = (...args: string[]): Promise<CliResult> => project.freeholdHere({}, 'prove', ...args)

  it('says with exit code 1 and a code that a system is not there', async () => {
    const { exitCode, stdout, stderr } = await prove()
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' })
    expect(stderr).toContain('FREEHOLD_PROVE_NOT_PROVISIONED')
  })

  it('says with exit code 0 that all held, and how much that was', async () => {
    await project.freeholdHere({}, 'apply', '--yes')
    await project.freeholdHere({}, 'migrate', 'up')
    const { exitCode, stdout } = await prove('--who', 'ann')
    expect(stdout).toMatch(/Held\. \d{3,} held, 0 failed/)
    expect(stdout).toContain('what SQL cannot prevent')
    expect(exitCode).toBe(0)
    expect(await project.query('select who, verdict from freehold.proof')).toEqual([
      { who: 'ann', verdict: 'held' },
    ])
  })

  it('says every attack when asked to', async () => {
    const { stdout } = await prove('--verbose', '--chapter', 'isolation')
    expect(stdout).toContain(`✓ ${project.service}_app → the server: makes a role 42501: permission denied`)
    expect(stdout).not.toContain('immutability  ')
  })

  it('says with exit code 1 what failed and how to repair it', async () => {
    const log = `${project.service}.audit_log`
    await project.query(`alter table ${log} disable trigger freehold_refuse_truncate`)
    const { exitCode, stdout } = await prove('--chapter', 'immutability')
    expect(exitCode).toBe(1)
    expect(stdout).toContain(
      `✗ a superuser → ${log}: empties it\n    it ended without an error; expected 23001`,
    )
    expect(stdout).toContain('FAILED.')
    const json = await prove('--chapter', 'immutability', '--json')
    expect(json.exitCode).toBe(1)
    expect(JSON.parse(json.stdout)).toMatchObject({
      verdict: 'failed',
      findings: expect.arrayContaining([
        expect.objectContaining({ id: 'superuser.truncate', against: log, verdict: 'failed' }),
      ]),
    })
    await project.freeholdHere({}, 'apply', '--yes')
  })

  it('says with exit code 2 that something could not be looked at', async () => {
    await rm(join(project.folder, 'migrations'), { recursive: true })
    const { exitCode, stdout } = await prove('--chapter', 'static')
    expect(stdout).toContain('Not proven')
    expect(exitCode).toBe(2)
  })

  it('knows no other service and no other part', async () => {
    expect((await prove('--service', 'nobody')).stderr).toContain('FREEHOLD_MANIFEST_UNKNOWN_SERVICE')
    expect((await prove('--chapter', 'nothing')).stderr).toContain('FREEHOLD_CLI_USAGE')
  })
})
