import { expect, test } from 'vitest'
import { nameFromEmail, normalisedDisplayName } from './display-name.js'

test('a name is trimmed, and its white space is plain', () => {
  expect(normalisedDisplayName('  Ada \t\n Lovelace ')).toBe('Ada Lovelace')
})

test('a name cannot turn the text around it', () => {
  expect(normalisedDisplayName('Ada\u202egnp.exe')).toBe('Adagnp.exe')
})

test.each(['', '   ', '\u200e\u202e', '\n'])('a name that nobody can see is none (%j)', (text) => {
  expect(normalisedDisplayName(text)).toBeUndefined()
})

test('who gives no name is called by the local part of the address', () => {
  expect(nameFromEmail('ada@example.org')).toBe('ada')
})
