import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { ask, openWorkshop, processesOf } from '../testing/fixtures/workshop.js'

const script = `
  import { startServer } from '@freehold/embedded'
  const server = await startServer({ directory: process.argv[1], password: 'known', durable: true })
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
    const [line] = (await once(createInterface(parent.stdout), 'line')) as [string]
    const { url, dataDirectory } = JSON.parse(line) as { url: string; dataDirectory: string }
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
