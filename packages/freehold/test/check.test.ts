import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkProject, order, type CheckProject } from './check-project.js'

let project: CheckProject
beforeEach(async () => {
  project = await checkProject()
})
afterEach(() => project.remove())

interface Report {
  readonly outcome: string
  readonly services: readonly {
    readonly service: string
    readonly version: string
    readonly against: readonly string[]
    readonly parts: readonly {
      readonly part: string
      readonly looked: string
      readonly findings: readonly { rule: string; severity: string; place?: object }[]
    }[]
  }[]
}

async function report(...args: string[]): Promise<Report & { exitCode: number }> {
  const { exitCode, stdout } = await project.check('--json', ...args)
  return { exitCode, ...(JSON.parse(stdout) as Report) }
}

const rulesOf = ({ services }: Report): string[] =>
  services.flatMap(({ service, parts }) =>
    parts.flatMap(({ findings }) => findings.map(({ rule }) => `${service} ${rule}`)),
  )

describe('freehold check', () => {
  it('lints everything where nothing was released yet, and says so', async () => {
    const { exitCode, stdout } = await project.check()
    expect(stdout).toContain('shop 1.0.0 not released yet\n  ✓ migrations 1 migration\n')
    expect(stdout).toContain('Nothing breaks.')
    expect(exitCode).toBe(0)
  })

  it('lints what the last release does not have, and with --all what it has', async () => {
    await project.write('shop/migrations/0002_locked.sql', 'lock table orders;')
    await project.release('shop', '1.0.0')
    await project.write('shop/package.json', '{ "version": "1.1.0" }')
    await project.write('shop/migrations/0003_spied.sql', '\nselect * from billing.orders;')
    const found = await report('shop')
    expect(found).toMatchObject({
      exitCode: 1,
      outcome: 'breaks',
      services: [{ version: '1.1.0', against: ['1.0.0'] }],
    })
    expect(rulesOf(found)).toEqual(['shop ownership/foreign-name', 'shop migration/failed'])
    expect(rulesOf(await report('shop', '--all'))).toEqual([
      'shop locking/lock-table',
      'shop ownership/foreign-name',
      'shop migration/failed',
    ])
  })

  it('compares a version that was just released with the one before it, which may run still', async () => {
    await project.release('shop', '1.0.0')
    await project.write('shop/package.json', '{ "version": "1.1.0" }')
    await project.write('shop/migrations/0002_locked.sql', 'lock table orders;')
    await project.release('shop', '1.1.0')
    const found = await report('shop')
    expect(found.services[0]?.against).toEqual(['1.1.0', '1.0.0'])
    expect(rulesOf(found)).toEqual(['shop locking/lock-table'])
    expect((await report('shop', '--against', '1.1.0')).services[0]?.against).toEqual(['1.1.0'])
  })

  it('lets a released contract step give way to what is new, and checks what is new', async () => {
    const contract =
      '-- freehold: compatible with >=1.1.0\n-- freehold: contract orders.total after 7 days\nalter table orders drop column total;'
    await project.write('shop/migrations/0002_no_total.sql', contract)
    const statements = [
      { text: 'select total from orders', parameters: [] },
      { text: 'insert into orders (id) values ($1)', parameters: ['string'] },
    ]
    await project.release('shop', '1.0.0', { statements })
    await project.write('shop/package.json', '{ "version": "1.1.0" }')
    await rm(join(project.folder, 'shop/migrations/0002_no_total.sql'))
    await project.write(
      'shop/migrations/0002_place.sql',
      'alter table orders add column place text not null;',
    )
    await project.write('shop/migrations/0003_no_total.sql', contract)
    const rules = rulesOf(await report('shop'))
    expect(rules).not.toContain('shop migration/renamed')
    // What the new one breaks is found, and what the contract step would is not: that waits for 1.0.0.
    expect(rules.filter((rule) => rule === 'shop statement-fails')).toHaveLength(1)
    await project.write('shop/migrations/0003_no_total.sql', `${contract}\n-- and more`)
    expect(rulesOf(await report('shop'))).toContain('shop migration/renamed')
  })

  it('finds a migration that was edited after the release of the version that the tree still has', async () => {
    await project.release('shop', '0.9.0')
    await project.write('shop/migrations/0002_place.sql', 'alter table orders add column place text;')
    await project.release('shop', '1.0.0')
    await project.write('shop/migrations/0002_place.sql', 'alter table orders add column place varchar;')
    const found = await report('shop')
    expect(found.services[0]?.against).toEqual(['1.0.0', '0.9.0'])
    expect(rulesOf(found)).toContain('shop migration/edited')
  })

  const orNull = { ...order, properties: { ...order.properties, item: { type: ['string', 'null'] } } }

  it('names consumers that a changed event breaks, by the contracts that they were released with', async () => {
    await project.release('shop', '1.0.0')
    await project.release('billing', '1.0.0')
    await project.publish(orNull)
    const { exitCode, stdout } = await project.check('shop')
    expect(stdout).toContain(
      'breaks:  shop.order-placed.v1: item may be null in new events, which billing 1.0.0 does not expect by the contract that it was released with.',
    )
    expect(stdout).toContain('billing/releases/1.0.0/consumed-events.json')
    expect(stdout).toContain('1 contract that was released, 0 consumed; as billing 1.0.0 knows them')
    expect(exitCode).toBe(1)

    // The consumer takes it up, and is deployed first.
    await project.write('billing/package.json', '{ "version": "1.1.0" }')
    await project.release('billing', '1.1.0')
    const first = await project.check('shop')
    expect(first.stdout).toContain('billing 1.1.0 understands, and billing 1.0.0 does not: it may still run.')
    expect(first.stdout).toContain('Deploy billing 1.1.0 before shop.')
    expect(first.exitCode).toBe(0)
    await project.write('billing/package.json', '{ "version": "1.2.0" }')
    expect(rulesOf(await report('shop'))).toEqual(['shop event-contract/changed'])
  })

  it('takes consumers that did not record what they know to know what was released', async () => {
    await project.release('shop', '1.0.0')
    await project.release('billing', '1.0.0', { consumed: undefined })
    await project.publish(orNull)
    const { exitCode, stdout } = await project.check('shop')
    expect(stdout).toContain('breaks:  shop.order-placed.v1: item may be null in new events')
    expect(stdout).toContain('Consumed by billing 1.0.0. event-contract/not-forward-compatible')
    expect(stdout).toContain('shop/releases/1.0.0/events.json')
    expect(stdout).toContain(
      'billing 1.0.0 did not record what it knows, and is taken to know what was released',
    )
    expect(exitCode).toBe(1)
  })

  it('remembers consumers that the manifest has no more, as long as their releases are there', async () => {
    await project.release('shop', '1.0.0')
    await project.release('billing', '1.0.0')
    const config = join(project.folder, 'freehold.config.ts')
    const lines = (await readFile(config, 'utf8'))
      .split('\n')
      .filter((line) => !line.includes("name: 'billing'"))
    await project.write(
      'freehold.config.ts',
      lines.join('\n').replace('publishes: [contract]', 'publishes: []'),
    )
    const { exitCode, stdout } = await project.check()
    expect(stdout).toContain('Consumed by billing 1.0.0 (which the manifest has no more).')
    expect(exitCode).toBe(0)
    await rm(join(project.folder, 'billing'), { recursive: true })
    expect((await project.check()).stdout).toContain('Nobody consumes it.')
  })

  it('says what a new consumer does not expect of what is deployed', async () => {
    await project.publish(orNull)
    await project.release('shop', '1.0.0')
    await project.publish(order)
    const { exitCode, stdout } = await project.check('billing')
    expect(stdout).toContain(
      'breaks:  shop.order-placed.v1: item may be null in events of shop 1.0.0, which billing does not expect as it is now.',
    )
    expect(exitCode).toBe(1)
    expect(rulesOf(await report())).toEqual(['shop event-contract/not-backward-compatible'])
  })

  it('compares an API with the released one, and is not green where it is not known', async () => {
    const openapi = { openapi: '3.1.0', paths: { '/orders': { get: { responses: { 200: {} } } } } }
    await project.release('shop', '1.0.0', { openapi })
    await project.write('shop/package.json', '{ "version": "1.1.0" }')
    const unknown = await project.check('shop')
    expect(unknown.exitCode).toBe(2)
    expect(unknown.stdout).toContain('Give the document with `--openapi shop=<file>`.')
    await project.write('api.json', JSON.stringify({ ...openapi, paths: {} }))
    expect(rulesOf(await report('shop', '--openapi', 'shop=api.json'))).toEqual([
      'shop api/operation-removed',
    ])
    const yaml = [
      'openapi: 3.1.0',
      'paths:',
      '  /orders:',
      '    get:',
      '      deprecated: true',
      '      responses:',
    ]
    await project.write('api.yaml', [...yaml, '        204: {}', ''].join('\n'))
    const inYaml = await report('shop', '--openapi', 'shop=api.yaml')
    expect(
      inYaml.services
        .flatMap(({ parts }) => parts.flatMap(({ findings }) => findings))
        .map(({ rule, place }) => [rule, place]),
    ).toEqual([
      ['api/status-removed', { file: 'api.yaml', line: 4, column: 5 }],
      ['api/status-added', { file: 'api.yaml', line: 7, column: 9 }],
      ['api/operation-deprecated', { file: 'api.yaml', line: 4, column: 5 }],
    ])
    await project.write('shop/openapi.json', JSON.stringify(openapi))
    const [shop] = (await report('shop')).services
    expect(shop?.parts.find(({ part }) => part === 'api')).toMatchObject({ findings: [], notLookedAt: [] })
  })

  it('tries what the released version sends on the schema of today, and judges', async () => {
    const statements = [
      {
        text: 'select id, total from orders where id = $1',
        parameters: ['string'],
        sentFrom: 'shop/src/read.ts:7',
      },
      { text: 'select id from orders where id = $1', parameters: ['string'], sentFrom: 'shop/src/read.ts:9' },
    ]
    await project.release('shop', '1.0.0', { statements })
    await project.write('shop/package.json', '{ "version": "1.1.0" }')
    await project.write('shop/migrations/0002_no_total.sql', 'alter table orders drop column total;')
    const { exitCode, stdout } = await project.check('--json', 'shop')
    const { services } = JSON.parse(stdout) as Report
    const sent = services[0]?.parts.find(({ part }) => part === 'statements')
    expect(sent).toMatchObject({
      looked: 'what 1.0.0 sends, on the schema of today; what the working tree sends is not known',
      coverage: { checked: 2, of: 2, unchecked: {} },
    })
    expect(sent?.findings.filter(({ severity }) => severity === 'error')).toMatchObject([
      {
        sqlstate: '42703',
        sentFrom: 'shop/src/read.ts:7',
        direction: 'deploy',
        place: { file: 'shop/migrations/0002_no_total.sql' },
      },
    ])
    expect(services[0]).toMatchObject({
      verdict: { version: '1.1.0', previous: '1.0.0', mayDeployAfterMigration: false, rollbackSafeTo: [] },
    })
    expect(exitCode).toBe(1)
  })

  it('runs migrations also where no release can be compared', async () => {
    await project.write('shop/migrations/0002_nowhere.sql', 'alter table nope add column x integer;')
    expect(rulesOf(await report('shop'))).toEqual(['shop migration/failed'])
  })

  it('tells what is no SQL once, and that statements could not be tried for it', async () => {
    const statements = [{ text: 'select total from orders', parameters: [] }]
    await project.release('shop', '1.0.0', { statements })
    await project.write('shop/package.json', '{ "version": "1.1.0" }')
    await project.write('shop/migrations/0002_no_sql.sql', 'select 1;\nselec 2;')
    const found = await report('shop')
    expect(rulesOf(found)).toEqual(['shop migration/syntax'])
    expect(found).toMatchObject({ exitCode: 1, outcome: 'breaks' })
    const sent = found.services[0]?.parts.find(({ part }) => part === 'statements')
    expect(sent).toMatchObject({
      looked: 'nothing',
      notLookedAt: [{ why: 'The migrations do not run: see migration/syntax.' }],
    })
  })

  it('runs what stands behind a contract step that waits', async () => {
    await project.release('shop', '1.0.0', {
      statements: [{ text: 'select total from orders', parameters: [] }],
    })
    await project.write('shop/package.json', '{ "version": "1.1.0" }')
    const contract = '-- freehold: compatible with >=1.1.0\n-- freehold: contract orders.total after 1 day\n'
    await project.write(
      'shop/migrations/0002_contract.sql',
      `${contract}alter table orders drop column total;`,
    )
    expect((await project.check('shop')).stdout).toContain('is safe to 1.0.0, until 0002_contract.sql')
    await project.write('shop/migrations/0003_nowhere.sql', 'alter table nope add column x integer;')
    expect(rulesOf(await report('shop'))).toContain('shop migration/failed')
  })

  it('names what cannot be tried, and what the working tree sends in vain', async () => {
    const statements = [
      { text: 'select id from orders', parameters: [] },
      { text: 'selec id', parameters: [], sentFrom: 'src/broken.ts:1' },
    ]
    await project.release('shop', '1.0.0', { statements })
    await project.write('shop/package.json', '{ "version": "1.1.0" }')
    const sent = [{ text: 'select nope from orders', parameters: [], sentFrom: 'src/x.ts:3' }]
    const recording = { format: 'freehold-statements/1', service: 'shop', version: '1.1.0', statements: sent }
    await project.write('recorded/one.statements.json', JSON.stringify(recording))
    const found = await report('shop', '--statements', 'recorded')
    expect(rulesOf(found)).toEqual(['shop statement-unchecked', 'shop statement-invalid'])
    expect(found.exitCode).toBe(1)
  })

  it('says where there is no server to try statements on', async () => {
    const statements = [{ text: 'select id from orders', parameters: [] }]
    await project.release('shop', '1.0.0', { statements })
    await project.write('shop/package.json', '{ "version": "1.1.0" }')
    const { exitCode, stdout } = await project.check(
      { FREEHOLD_SHADOW_URL: 'postgres://nobody@127.0.0.1:1/postgres' },
      'shop',
    )
    expect(stdout).toMatch(/\? statements nothing\n +not looked at: /)
    expect(exitCode).toBe(2)
  })

  it('writes a file for machines, and prints for people', async () => {
    await project.write('shop/migrations/0002_locked.sql', '\nlock table orders;')
    const { stdout } = await project.check('--format', 'sarif', '--out', 'check.sarif')
    expect(stdout).toContain('1 warning.')
    const sarif = JSON.parse(await readFile(join(project.folder, 'check.sarif'), 'utf8')) as object
    expect(sarif).toMatchObject({ version: '2.1.0', runs: [{ results: [{ ruleId: 'locking/lock-table' }] }] })
    expect((await project.check('--format', 'github')).stdout).toMatch(
      /^::warning file=shop\/migrations\/0002_locked.sql,line=2,col=1,title=shop%3A locking\/lock-table::/,
    )
    const nowhere = await project.check('--out', 'no/where/check.txt')
    expect(nowhere.stderr).toContain('FREEHOLD_CLI_OUTPUT_NOT_WRITTEN')
  })

  it.each([
    ['a version that is none', ['--against', '9.9.9'], 'FREEHOLD_CHECK_NO_SUCH_RELEASE'],
    ['a service that is none', ['--openapi', 'nobody=api.json'], 'FREEHOLD_MANIFEST_UNKNOWN_SERVICE'],
    ['a document of nobody', ['--openapi', 'api.json'], 'FREEHOLD_CLI_USAGE'],
    ['a document that is not there', ['--openapi', 'shop=api.json'], 'FREEHOLD_OPENAPI_UNREADABLE'],
  ])('refuses %s', async (_, args, code) => {
    const { exitCode, stderr } = await project.check(...args)
    expect(stderr).toContain(code)
    expect(exitCode).toBe(1)
  })

  it.each([
    ['another service', 'billing', '1.0.0', 'select id from orders', 'was recorded of billing 1.0.0'],
    ['another version', 'shop', '0.9.0', 'select id from orders', 'was recorded of shop 0.9.0'],
    ['itself, which speaks of another', 'shop', '1.0.0', 'select id from billing.orders', 'is of "billing"'],
  ])('refuses statements of %s', async (_, service, version, text, says) => {
    const statements = [{ text, parameters: [], sentFrom: 'src/x.ts:1' }]
    const recording = { format: 'freehold-statements/1', service, version, statements }
    await project.write('recorded/one.statements.json', JSON.stringify(recording))
    const { exitCode, stderr } = await project.check('shop', '--statements', 'recorded/one.statements.json')
    expect(stderr).toContain('FREEHOLD_STATEMENTS_OF_ANOTHER')
    expect(stderr).toContain(says)
    expect(exitCode).toBe(1)
  })

  it.each([
    ['no JSON', 'selec', 'is no JSON'],
    ['another thing', '{}', 'at "'],
    ['not UTF-8', Buffer.from([0x22, 0xe9, 0x22]), 'is not UTF-8 text'],
  ])('refuses a recording that is %s', async (_, content, says) => {
    await project.write('recorded/one.statements.json', content)
    const { stderr } = await project.check('shop', '--statements', 'recorded')
    expect(stderr).toContain(says)
    expect(stderr).toContain('FREEHOLD_RECORDING_UNREADABLE')
  })

  it('refuses a version that cannot be read', async () => {
    await project.write('shop/package.json', '{ "version": "one" }')
    expect((await project.check('shop')).stderr).toContain('says "one" as the version, which is none')
    await project.write('shop/package.json', '{ version: 1 }')
    expect((await project.check('shop')).stderr).toMatch(
      /shop\/package\.json is no JSON: [^]*FREEHOLD_RELEASE_VERSION/,
    )
  })

  it.each([
    ['openapi.json', '{ "openapi": "3.1.0", }', /shop\/openapi\.json cannot be read: /],
    ['openapi.yaml', 'openapi: 3.1.0\npaths: [', /shop\/openapi\.yaml cannot be read: [^]* at line 2/],
    ['openapi.yaml', 'openapi: 3.1.0\npaths: &p { /a: *p }', /cannot be read: [^]*circular/],
    ['openapi.yaml', 'openapi: 3.1.0\npaths: { /a: { <<: { $ref: gone } } }', /#\/paths\/~1a refers to gone/],
    ['openapi.yml', 'openapi: 3.1.0', /shop\/openapi\.yml cannot be compared: it has neither paths/],
    [
      'openapi.yaml',
      "openapi: 3.1.0\npaths: { /orders: { $ref: 'orders.yaml' } }",
      /#\/paths\/~1orders refers to orders\.yaml, which is another document/,
    ],
  ])('refuses %s that is %j', async (file, text, message) => {
    await project.release('shop', '1.0.0', { openapi: { openapi: '3.1.0', paths: {} } })
    await project.write(`shop/${file}`, text)
    const { stderr, exitCode } = await project.check('shop')
    expect(stderr).toMatch(message)
    expect(stderr).toContain('FREEHOLD_OPENAPI_UNREADABLE')
    expect(exitCode).not.toBe(0)
  })

  it('refuses two documents of one API', async () => {
    await project.write('shop/openapi.json', '{}')
    await project.write('shop/openapi.yml', '')
    expect((await project.check('shop')).stderr).toMatch(/shop has openapi\.json and openapi\.yml: nobody/)
  })

  it('refuses a release that is damaged', async () => {
    await project.release('shop', '1.0.0')
    await project.write('shop/releases/1.0.0/events.json', '{')
    expect((await project.check()).stderr).toMatch(/events.json is no JSON: [^]*FREEHOLD_RELEASE_DAMAGED/)
    await project.release('shop', '1.0.0')
    await project.release('billing', '1.0.0')
    await project.write('billing/releases/1.0.0/consumed-events.json', '{ "format": "freehold-consumed')
    expect((await project.check('shop')).stderr).toMatch(
      /consumed-events.json is no JSON: [^]*FREEHOLD_RELEASE_DAMAGED/,
    )
  })
})
