import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'

const run = promisify(execFile)
const root = fileURLToPath(new URL('..', import.meta.url))

describe('the example in the README', () => {
  let project: string
  let readme: string
  beforeAll(async () => {
    project = await mkdtemp(join(tmpdir(), 'freehold-example-'))
    await symlink(join(root, 'node_modules'), join(project, 'node_modules'))
    await writeFile(join(project, 'package.json'), '{ "type": "module" }')
    await mkdir(join(project, 'services/orders'), { recursive: true })
    await writeFile(join(project, 'services/orders/package.json'), '{ "type": "module", "version": "1.0.0" }')
    readme = await readFile(join(root, 'README.md'), 'utf8')
    // Each file of the example says its path in its first line.
    for (const [, code = '', path = ''] of readme.matchAll(
      /```(?:ts|sql)\n((?:\/\/|--) ([\w./-]+).*?)```/gs,
    )) {
      await mkdir(dirname(join(project, path)), { recursive: true })
      await writeFile(join(project, path), code)
    }
  })
  afterAll(async () => {
    const client = new pg.Client({ connectionString: inject('serverUrl') })
    await client.connect()
    await client.query('drop database if exists orders_db with (force)')
    await client.query('drop role if exists orders_app, orders_migrator, orders_owner, orders_vault')
    await client.end()
    await rm(project, { recursive: true, force: true })
  })

  const freehold = (...args: string[]): Promise<{ stdout: string }> =>
    run(process.execPath, [join(root, 'packages/freehold/dist/cli/main.js'), ...args], {
      cwd: project,
      env: { PATH: process.env['PATH'], FREEHOLD_SERVER_URL: inject('serverUrl') },
    })

  it('is a whole system: planned, applied, migrated, written to', async () => {
    await expect(freehold('plan')).rejects.toMatchObject({ code: 2 })
    await freehold('apply', '--yes')
    await freehold('migrate', 'up')
    await expect(freehold('plan')).resolves.toMatchObject({
      stdout: expect.stringMatching(/nothing|no change/i),
    })
    const jiti = join(root, 'node_modules/jiti/lib/jiti-cli.mjs')
    await run(process.execPath, [jiti, 'services/orders/src/main.ts'], { cwd: project })
    const client = new pg.Client({ connectionString: await databaseUrl(project) })
    await client.connect()
    try {
      const { rows } = await client.query(
        "select version, operation, data ->> 'item' as item from order_history order by version",
      )
      expect(rows).toEqual([
        { version: 1, operation: 'insert', item: 'chair' },
        { version: 2, operation: 'update', item: 'table' },
      ])
      expect((await client.query('select action, version from audit_log')).rows).toEqual([
        { action: 'order.changed', version: 2 },
      ])
    } finally {
      await client.end()
    }
  })

  it('goes on to a column of another name, as far as the contract', async () => {
    const [, block = ''] = /example\.test\.ts -->\s+```sh\n(.*?)```/s.exec(readme) ?? []
    const said: string[] = []
    for (const line of block.trim().split('\n')) {
      const args = line
        .replace(/\s+#.*/, '')
        .split(' ')
        .slice(2)
      const failed = (error: unknown) => error as { stdout: string; code: number }
      const { stdout, code } = await freehold(...args).then((ran) => ({ ...ran, code: 0 }), failed)
      said.push(`${code} ${stdout}`)
      if (args[0] === 'migrate' && args[1] === 'new')
        await writeFile(join(project, 'services/orders/package.json'), '{ "version": "1.1.0" }')
    }
    const [release, created, dryRun, check, up, status] = said
    expect(release).toMatch(/^0 orders 1\.0\.0 released: 1 migration, 3 tables, 2 statements/)
    expect(created).toMatch(/^0 .*0002_rename_item_expand\.sql\n[^]*0005_rename_item_contract\.sql\n/)
    expect(dryRun).toMatch(/^0 [^]*locks orders AccessExclusiveLock/)
    // Nobody has recorded yet what 1.1.0 sends.
    expect(check).toMatch(/^0 orders 1\.1\.0 against 1\.0\.0\n[^]*2 of 2 statements checked/)
    expect(check).toContain('1.1.0 may be deployed after its migration; whether before is unknown')
    expect(check).toContain('rollback is safe to 1.0.0, until 0005_rename_item_contract.sql')
    expect(up).toMatch(
      /^0 orders 3 applied, 4 in all .*\n.*0005_rename_item_contract\.sql\n *waits until nothing has used orders\.item/,
    )
    expect(status).toMatch(/4 applied, 1 pending[^]*waits until nothing has used orders\.item for 1 day/)
  })
})

async function databaseUrl(project: string): Promise<string> {
  const file = await readFile(join(project, '.freehold/credentials/orders.app.env'), 'utf8')
  return file.trim().replace('DATABASE_URL=', '')
}
