import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { cliProject, type CliProject } from '../../test/cli-project.js'
import { credentialStore } from '../credentials/store.js'

let project: CliProject
let file: string
let url: string

beforeAll(async () => {
  project = await cliProject(inject('serverUrl'))
  expect(await project.freeholdHere({}, 'apply', '--yes')).toMatchObject({ exitCode: 0 })
  file = credentialStore(join(project.folder, '.freehold', 'credentials')).pathOf(project.service, 'app')
  url = await readFile(file, 'utf8')
})
afterAll(() => project.remove())

async function parkedList(credentials: string): Promise<unknown> {
  await writeFile(file, credentials)
  const { stdout } = await project.freeholdHere({}, 'parked', 'list', project.service, '--json')
  return JSON.parse(stdout)
}

test('a server that is down is told from one that refuses', async () => {
  expect(await parkedList(url)).toEqual({ keys: [] })
  expect(await parkedList(url.replace(/:\d+\//, ':1/'))).toMatchObject({
    error: {
      code: 'FREEHOLD_SERVER_UNREACHABLE',
      message: expect.stringContaining('ECONNREFUSED') as string,
      fix: expect.stringContaining('Check that it runs') as string,
    },
  })
  expect(await parkedList(url.replace(/:[^:@/]+@/, ':wrong@'))).toMatchObject({
    error: { code: 'FREEHOLD_SESSION_REFUSED', details: { sqlState: '28P01' } },
  })
  await project.query('drop table freehold.parked_event cascade')
  expect(await parkedList(url)).toMatchObject({
    error: {
      code: 'FREEHOLD_SESSION_REFUSED',
      message: expect.stringContaining('"freehold.parked_event" does not exist') as string,
      fix: expect.stringContaining('freehold plan') as string,
    },
  })
})
