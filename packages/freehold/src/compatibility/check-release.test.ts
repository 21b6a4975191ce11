import { join } from 'node:path'
import { serviceNamed } from '@freehold/manifest'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import system from '../../../../freehold.config.js'
import { openShadow, type Shadow } from '../shadow/index.js'
import { checkRelease } from './check-release.js'

const root = join(import.meta.dirname, '../../../..')

let shadow: Shadow
beforeAll(async () => {
  shadow = await openShadow({ url: inject('serverUrl') })
})
afterAll(() => shadow.remove())

test('a service is checked against its release, as its own role, under guards and row security of Freehold', async () => {
  const release = {
    version: '0.1.0',
    manifest: serviceNamed(system, 'user'),
    migrations: [1, 2, 3, 4, 5].map((number) => ({ number })),
    statements: [
      { text: 'select id from profiles where id = $1', parameters: ['string'] },
      // What is personal is taken only with its envelope.
      {
        text: 'insert into profiles (id, display_name, personal) values ($1, $2, $3)',
        parameters: ['string', 'string', 'string'],
      },
    ],
  }
  const next = [...release.statements, { text: 'select count(*) from profiles', parameters: [] }]
  const checked = {
    shadow,
    system,
    root,
    service: 'user',
    version: '0.2.0',
    releases: [release],
    statements: next,
  }

  const { verdict, reports } = await checkRelease(checked)
  expect(reports[0]?.report.findings.filter(({ severity }) => severity === 'error')).toEqual([])
  expect(reports[0]?.report.deploy).toMatchObject({ statements: 2, reached: { executed: 2 }, metRows: 2 })
  expect(verdict.text).toBe('0.2.0 may be deployed before or after its migration; rollback is safe to 0.1.0')
}, 240_000)
