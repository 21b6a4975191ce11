import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { emailKey, isEmail, normalisedEmail } from './email.js'

describe('an address', () => {
  test.each([
    'ada@example.org',
    "o'hara+news@example.co.uk",
    'a.b-c_d@sub.example.org',
    'ünïcode@exämple.org',
    '用户@例子.广告',
    `${'a'.repeat(64)}@example.org`,
  ])('may be %s', (email) => {
    expect(isEmail(email)).toBe(true)
  })

  test.each([
    '',
    'ada',
    '@example.org',
    'ada@',
    'ada@localhost',
    'ada@@example.org',
    'ada b@example.org',
    '.ada@example.org',
    'ada.@example.org',
    'a..b@example.org',
    '"ada"@example.org',
    'ada@[127.0.0.1]',
    'ada@-example.org',
    'ada@example-.org',
    'ada@example..org',
    'ada@example.org\r\nBcc: eve@example.org',
    'ada\u0000@example.org',
    "' or 1=1 --",
    '<ada@example.org>',
    `${'a'.repeat(65)}@example.org`,
    `ada@${'a'.repeat(64)}.org`,
    `ada@${'abc.'.repeat(80)}org`,
  ])('cannot be %j', (email) => {
    expect(isEmail(email)).toBe(false)
  })

  test('is trimmed, and written with the usual code points', () => {
    expect(normalisedEmail('\u3000ａｄａ＠example.org \n')).toBe('ada@example.org')
  })

  test('is the same in any letter case, of any script, however it is composed', () => {
    expect(emailKey(' ADA@Example.ORG')).toBe(emailKey('ada@example.org'))
    expect(emailKey('ÄDA@EXAMPLE.ORG')).toBe(emailKey('a\u0308da@example.org'))
  })

  test('has one key, however often it is folded', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(emailKey(emailKey(text))).toBe(emailKey(text))
      }),
    )
  })

  test('is judged in a moment, however long and strange the text', () => {
    const started = performance.now()
    isEmail(`${'a.'.repeat(100_000)}@${'a-'.repeat(100_000)}`)
    isEmail(`${'a.'.repeat(30)}!@${'a-'.repeat(60)}`)
    expect(performance.now() - started).toBeLessThan(100)
  })
})
