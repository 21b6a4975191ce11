import { generateKeyPairSync } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { noteSigner } from '@freehold/proof'
import { expect, it, onTestFinished } from 'vitest'
import { publicSealKeys } from './public-seal-keys.js'

it('gives out public keys as they are in the file, and nothing else that somebody put there', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'freehold-keys-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const file = join(folder, 'services.seal-keys')
  const refused = { code: 'FREEHOLD_SEAL_KEY_UNREADABLE' }
  await expect(publicSealKeys(file)).rejects.toMatchObject(refused)
  const { x = '', d = '' } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
  const line = `${noteSigner('notes', { x, d }).text}\n`
  await writeFile(file, line)
  expect(await publicSealKeys(file)).toBe(line)
  await writeFile(file, `${line}PASSWORD=secret\n`)
  await expect(publicSealKeys(file)).rejects.toMatchObject({
    ...refused,
    message: expect.not.stringContaining('secret'),
  })
})
