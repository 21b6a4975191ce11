import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')

test('what is generated from the code is current: npm run docs -- --check', async () => {
  const run = promisify(execFile)(process.execPath, [join(root, 'scripts/docs.mjs'), '--check'])
  await expect(run).resolves.toMatchObject({ stdout: 'docs: everything is current\n' })
})

test('decisions are numbered without a double, and each says context, decision, consequences', async () => {
  const folder = join(root, 'docs/decisions')
  const files = (await readdir(folder)).filter((file) => file.endsWith('.md')).toSorted()
  const numbers = files.map((file) => file.slice(0, 4))
  expect(new Set(numbers).size).toBe(files.length)
  for (const file of files) {
    const text = await readFile(join(folder, file), 'utf8')
    expect(text, file).toMatch(new RegExp(`^# ${Number(file.slice(0, 4))}\\. .+\n`))
    expect(
      [...text.matchAll(/^## (.+)$/gm)].map(([, title]) => title),
      file,
    ).toEqual(['Context', 'Decision', 'Consequences'])
  }
})

test('links between documents lead somewhere', async () => {
  const files = [
    ...(await readdir(join(root, 'docs'), { recursive: true })).map((file) => join('docs', file)),
    ...(await readdir(root)),
  ].filter((file) => file.endsWith('.md'))
  expect(files.length).toBeGreaterThan(5)
  const broken: string[] = []
  for (const file of files) {
    const text = await readFile(join(root, file), 'utf8')
    for (const [, target = ''] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(target)) continue
      const [path = '', anchor] = target.split('#')
      const goal = path === '' ? join(root, file) : join(root, file, '..', path)
      if (!(await leadsTo(goal, anchor))) broken.push(`${file}: ${target}`)
    }
  }
  expect(broken).toEqual([])
})

async function leadsTo(path: string, anchor: string | undefined): Promise<boolean> {
  if (anchor === undefined) {
    return readdir(join(path, '..')).then(
      (names) => names.includes(path.split('/').findLast((part) => part !== '') ?? ''),
      () => false,
    )
  }
  const text = await readFile(path, 'utf8').catch(() => '')
  const anchors = [...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )
  return anchors.includes(anchor)
}
