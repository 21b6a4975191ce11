import { lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { authSecrets } from './secret-file.js'
import { beginAnew, openFolders, takeStateFolder } from './state-folder.js'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'freehold state '))
})
afterEach(async () => rm(folder, { recursive: true, force: true }))

test('a folder with other things in it is refused, and stays as it is', async () => {
  await mkdir(join(folder, 'data'))
  await writeFile(join(folder, 'data', 'letter.txt'), 'mine')
  await expect(takeStateFolder(folder)).rejects.toMatchObject({ code: 'FREEHOLD_STATE_FOREIGN' })
  expect(await readdir(folder)).toEqual(['data'])
})

test('a link and a file are refused', async () => {
  await mkdir(join(folder, 'elsewhere'))
  await symlink(join(folder, 'elsewhere'), join(folder, '.freehold'))
  await writeFile(join(folder, 'file'), '')
  await expect(takeStateFolder(join(folder, '.freehold'))).rejects.toThrow(/is a link/)
  await expect(takeStateFolder(join(folder, 'file'))).rejects.toThrow(/is a file/)
  expect(await readdir(join(folder, 'elsewhere'))).toEqual([])
})

test('of two who want the same folder, one gets it; then the next', async () => {
  const path = join(folder, 'state')
  const first = await takeStateFolder(path)
  await expect(takeStateFolder(path)).rejects.toMatchObject({
    code: 'FREEHOLD_ALREADY_RUNNING',
    message: expect.stringContaining(`process ${process.pid}`) as string,
  })
  await first.release()
  await (await takeStateFolder(path)).release()
})

test('beginning anew removes what is ours and follows no link', async () => {
  const precious = join(folder, 'precious')
  await mkdir(precious)
  await writeFile(join(precious, 'letter.txt'), 'mine')
  const state = await takeStateFolder(join(folder, 'state'))
  await openFolders(state)
  await writeFile(join(state.credentials, 'admin.env'), 'DATABASE_URL=x\n')
  await rm(state.logs, { recursive: true })
  await symlink(precious, state.logs)
  await symlink(precious, state.data)
  // What was verified of the old logs would accuse the new ones.
  await mkdir(state.verified)
  await writeFile(join(state.verified, 'notes.events.json'), '{"size":3,"root":""}\n')
  await beginAnew(state)
  expect(await readFile(join(precious, 'letter.txt'), 'utf8')).toBe('mine')
  expect(await readdir(state.path)).toEqual(['.gitignore', 'freehold.state', 'start.lock'])
  await state.release()
})

test('secrets are made once, for us alone, and made again when they are no secrets', async () => {
  const state = await takeStateFolder(join(folder, 'state'))
  await openFolders(state)
  const { file, isNew } = await authSecrets(state)
  expect(isNew).toBe(true)
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect((await lstat(state.credentials)).mode & 0o777).toBe(0o700)
  const text = await readFile(file, 'utf8')
  expect(Buffer.from(text.replace('KEY_ENCRYPTION_KEY=', ''), 'base64')).toHaveLength(32)
  expect(await authSecrets(state)).toEqual({ file, isNew: false })
  expect(await readFile(file, 'utf8')).toBe(text)
  await writeFile(file, 'KEY_ENCRYPTION_KEY=short\n')
  expect((await authSecrets(state)).isNew).toBe(true)
  await state.release()
})
