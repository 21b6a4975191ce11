import { expect } from 'vitest'
import type { Command } from './inputs.js'
import { ModelNote, type Content } from './model.js'

/** One of the two writes a note. */
export function create(wanted: Content, who: 0 | 1): Command {
  return {
    check: (model) => model.notes.length < 3,
    toString: () => `create by ${who}`,
    async run(model, people) {
      const { status, body } = await people[who].send('POST', '/api/notes', wanted)
      expect(status).toBe(201)
      expect(body).toMatchObject({ ...wanted, version: 1 })
      const note = new ModelNote(body.id, who)
      note.states.push({ content: wanted, deleted: false, at: body.updatedAt, since: body.createdAt })
      model.notes.push(note)
    },
  }
}
