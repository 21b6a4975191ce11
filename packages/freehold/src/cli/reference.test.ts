import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { cliReference } from './reference.js'

test('docs/cli.md says what --help says (to write it anew: vitest -u)', async () => {
  const file = fileURLToPath(new URL('../../../../docs/cli.md', import.meta.url))
  await expect(cliReference()).toMatchFileSnapshot(file)
})
