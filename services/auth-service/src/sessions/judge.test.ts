import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { v4 as uuid } from 'uuid'
import { describe, expect, test } from 'vitest'
import { judge } from './judge.js'
import { digest, firstToken, parseRefreshToken, tokenAfter, type RefreshToken } from './refresh-token.js'
import type { SessionRow } from './session.js'

const now = Date.UTC(2026, 0, 1)

function sessionWith(token: RefreshToken, changes: Partial<SessionRow> = {}): SessionRow {
  const at = new Date(now)
  return {
    id: token.sessionId,
    user_id: uuid(),
    family_hash: digest(token.familySecret),
    token_hash: digest(token.text),
    generation: token.generation,
    user_agent: null,
    address: null,
    last_used_at: at,
    expires_at: new Date(now + 1000),
    revoked_at: null,
    revoked_reason: null,
    version: 1,
    created_at: at,
    updated_at: at,
    ...changes,
  }
}

describe('a refresh token', () => {
  test('says which session it belongs to and which generation it is', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.integer({ min: 1, max: 20 }), (id, generations) => {
        let token = firstToken(id)
        for (let i = 1; i < generations; i += 1) token = tokenAfter(token)
        expect(parseRefreshToken(token.text)).toEqual(token)
        expect(token).toMatchObject({ sessionId: id, generation: generations })
      }),
    )
  })

  test('is never the same twice', () => {
    const token = firstToken(uuid())
    expect(tokenAfter(token).text).not.toBe(tokenAfter(token).text)
  })

  test('has the shape of a token, or is none', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(parseRefreshToken(text)).toBeUndefined()
      }),
    )
    expect(parseRefreshToken('a'.repeat(111))).toBeUndefined()
    expect(parseRefreshToken(`${'a'.repeat(111)}=`)).toBeUndefined()
  })
})

describe('a session judges', () => {
  const first = firstToken(uuid())
  const second = tokenAfter(first)

  test('the token it holds to be current', () => {
    expect(judge(sessionWith(second), second, now)).toBe('current')
  })

  test('an older token of its own to be reused', () => {
    expect(judge(sessionWith(second), first, now)).toBe('reused')
  })

  test('a token that somebody made up for it to be foreign', () => {
    const forged = { ...firstToken(first.sessionId), familySecret: randomBytes(32) }
    expect(judge(sessionWith(first), forged, now)).toBe('foreign')
  })

  test('any token of its own to be over once it is revoked or expired', () => {
    const revoked = sessionWith(second, { revoked_at: new Date(now), revoked_reason: 'logged-out' })
    expect(judge(revoked, second, now)).toBe('ended')
    expect(judge(revoked, first, now)).toBe('ended')
    expect(judge(sessionWith(second), second, now + 1000)).toBe('ended')
  })
})
