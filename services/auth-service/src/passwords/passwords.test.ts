import { expect, test } from 'vitest'
import { isLongEnough } from './normalised-password.js'
import { argon2Passwords } from './passwords.js'

test('a password is hashed with Argon2id, 19 MiB, two passes, one lane', async () => {
  const passwords = await argon2Passwords()
  expect(await passwords.hash('correct horse')).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
})

test('a password matches its hash and no other does', async () => {
  const passwords = await argon2Passwords()
  const hashed = await passwords.hash('correct horse')
  expect(await passwords.matches('correct horse', hashed)).toBe(true)
  expect(await passwords.matches('correct horsf', hashed)).toBe(false)
  expect(await passwords.matches('correct horse ', hashed)).toBe(false)
  expect(await passwords.matches('correct horse', undefined)).toBe(false)
})

test('the same keys on another system are the same password', async () => {
  const passwords = await argon2Passwords()
  expect(await passwords.matches('cafe\u0301 au lait', await passwords.hash('café au lait'))).toBe(true)
})

test('marks that melt into one character count once', () => {
  expect(isLongEnough('e\u0301'.repeat(4))).toBe(false)
  expect(isLongEnough('e\u0301'.repeat(8))).toBe(true)
  expect(isLongEnough('👍'.repeat(7))).toBe(false)
})

test('a flood is refused, not queued without end', async () => {
  const passwords = await argon2Passwords({ concurrency: 1, waiting: 2 })
  const results = await Promise.allSettled(
    Array.from({ length: 10 }, () => passwords.matches('guess', undefined)),
  )
  const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
  expect(refused).toHaveLength(7)
  expect(refused[0]).toMatchObject({ status: 503, headers: { 'retry-after': '2' } })
})
