import { expect, test } from 'vitest'
import { installed } from '../../scripts/bootstrap.mjs'

// An entry that npm never installs would make every command of this repository install everything anew.
test('what the lock file asks for is installed, so that no command installs it again', async () => {
  expect(await installed()).toBe(true)
})
