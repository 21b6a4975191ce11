import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { ask, openWorkshop, processesOf } from '../testing/fixtures/workshop.js'

const script = `
  import { startServer } from '@freehold/embedded'
  const onProgress = (what) => console.log(what)
  const server = await startServer({ directory: process.argv[1], password: 'known', durable: true, onProgress })
  console.log(JSON.stringify({ url: server.url, dataDirectory: server.dataDirectory }))
`

test('a server ends when its process is killed, and its data is there at the next start', async () => {
  const workshop = await openWorkshop()
  const directory = join(workshop.folder, 'data')
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script, directory], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    const { url, dataDirectory } = JSON.parse(await lineWith('dataDirectory', parent)) as {
      url: string
      dataDirectory: string
    }
    await ask(url, 'create table kept as select 42 as answer')
    parent.kill('SIGKILL')
    await once(parent, 'exit')
    for (let i = 0; i < 500 && (await processesOf(dataDirectory)).length > 0; i += 1) await sleep(20)
    expect(await processesOf(dataDirectory)).toEqual([])
    const again = await workshop.start({ directory, password: 'known', durable: true })
    expect(await ask(again.url, 'select answer from kept')).toEqual([{ answer: 42 }])
  } finally {
    parent.kill('SIGKILL')
    await workshop.close()
  }
})

test('a server that is just starting ends too, in whichever moment its process is killed', async () => {
  const workshop = await openWorkshop()
  const directory = join(workshop.folder, 'data')
  try {
    const { dataDirectory, stop } = await workshop.start({ directory, password: 'known' })
    await stop('fast')
    for (const delay of [0, 2, 3, 4, 6, 10, 20, 40]) {
      const parent = spawn(process.execPath, ['--input-type=module', '-e', script, directory], {
        cwd: import.meta.dirname,
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      await lineWith('starting PostgreSQL', parent)
      await sleep(delay)
      parent.kill('SIGKILL')
      await once(parent, 'exit')
      await expect.poll(() => processesOf(dataDirectory), { timeout: 10_000 }).toEqual([])
    }
  } finally {
    await workshop.close()
  }
})

async function lineWith(
  words: string,
  { stdout }: ChildProcessByStdio<null, Readable, null>,
): Promise<string> {
  for await (const line of createInterface(stdout)) if (line.includes(words)) return line
  return expect.fail(`it ended without saying ${words}`)
}
