import { expect, test } from 'vitest'
import { rememberedTokens, type Verified } from './remembered.js'

test('of more tokens than are remembered, the one that was not used for longest is forgotten', () => {
  const tokens = rememberedTokens(2)
  const verified = {} as Verified
  tokens.set('first', verified)
  tokens.set('second', verified)
  expect(tokens.get('first')).toBe(verified)
  tokens.set('third', verified)
  expect(['first', 'second', 'third'].filter((token) => tokens.get(token))).toEqual(['first', 'third'])
})
