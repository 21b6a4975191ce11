import { describe, expect, it } from 'vitest'
import type { NoteContent } from '../notes/content.js'
import { repeatable } from './key.js'

const content: NoteContent = { title: 'Groceries', body: '', tags: ['home'], format: 'plain' }

describe('an Idempotency-Key', () => {
  it('need not be there', () => {
    expect(repeatable(undefined, 'ada', content)).toBeUndefined()
  })

  it('stands for the author and the key', () => {
    const one = repeatable('k', 'ada', content)
    expect(repeatable('k', 'ada', content)).toEqual(one)
    expect(repeatable('k', 'bob', content)?.id).not.toBe(one?.id)
    expect(repeatable('l', 'ada', content)?.id).not.toBe(one?.id)
  })

  it('notices another request', () => {
    const one = repeatable('k', 'ada', content)
    const others: Partial<NoteContent>[] = [
      { title: 'groceries' },
      { body: ' ' },
      { tags: [] },
      { tags: ['home', ''] },
      { format: 'markdown' },
    ]
    for (const other of others) {
      const two = repeatable('k', 'ada', { ...content, ...other })
      expect(two?.id).toBe(one?.id)
      expect(two?.digest).not.toBe(one?.digest)
    }
  })

  it.each(['', 'x'.repeat(256), 'schlüssel', 'a\tb', 'a\0b'])('is refused as %j', (key) => {
    expect(() => repeatable(key, 'ada', content)).toThrow(expect.objectContaining({ status: 400 }))
  })
})
