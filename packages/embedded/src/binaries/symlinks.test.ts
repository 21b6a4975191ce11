import { mkdir, mkdtemp, readFile, readlink, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { hydrateSymlinks } from './symlinks.js'

test('makes the links that npm left out, leaves those that are there, and can be run again', async () => {
  const root = await mkdtemp(join(tmpdir(), 'freehold-links-'))
  try {
    await mkdir(join(root, 'native/lib'), { recursive: true })
    await writeFile(join(root, 'native/lib/libx.so.1.2'), 'x')
    await writeFile(join(root, 'native/lib/libx.so.1'), 'a file of its own')
    const links = ['libx.so', 'libx.so.1'].map((name) => ({
      source: 'native/lib/libx.so.1.2',
      target: `native/lib/${name}`,
    }))
    await writeFile(join(root, 'native/pg-symlinks.json'), JSON.stringify(links))
    hydrateSymlinks(root)
    hydrateSymlinks(root)
    expect(await readlink(join(root, 'native/lib/libx.so'))).toBe('libx.so.1.2')
    expect(await readFile(join(root, 'native/lib/libx.so.1'), 'utf8')).toBe('a file of its own')
  } finally {
    await rm(root, { recursive: true, force: true })
  }
})

test('a package without links is fine', async () => {
  const root = await mkdtemp(join(tmpdir(), 'freehold-links-'))
  try {
    hydrateSymlinks(root)
  } finally {
    await rm(root, { recursive: true, force: true })
  }
})
