import { expect } from 'vitest'
import { chosen, type Aim, type Command } from './inputs.js'

/** One of the two reads a note as it was around the time of one of its versions. */
export function asOf(to: Aim, version: number, shift: number): Command {
  return {
    check: (model) => model.notes.length > 0,
    toString: () => `as of version ${version} ${shift} of ${to.which} by ${to.who}`,
    async run(model, people) {
      const note = chosen(model, to)
      const then = Date.parse(note.stateAt(1 + (version % note.version)).at)
      const instant = new Date(then + shift).toISOString()
      const answer = await people[to.who].get(`/api/notes/${note.id}?asOf=${instant}`)
      const seen = note.versionAsOf(instant)
      if (to.who !== note.author || seen === 0 || note.stateAt(seen).deleted) {
        expect(answer.status).toBe(404)
      } else {
        expect(answer.body).toMatchObject({ ...note.stateAt(seen).content, version: seen })
      }
    },
  }
}

/** One of the two reads a note and their list; its author reads its history. */
export function look(to: Aim): Command {
  return {
    check: (model) => model.notes.length > 0,
    toString: () => `look at ${to.which} by ${to.who}`,
    async run(model, people) {
      const note = chosen(model, to)
      const read = await people[to.who].get(`/api/notes/${note.id}`)
      expect(read.status).toBe(to.who !== note.author || note.now.deleted ? 404 : 200)
      if (read.status === 200) expect(read.body).toMatchObject({ ...note.now.content, version: note.version })

      const history = await people[note.author].all(`/api/notes/${note.id}/history`, 3)
      expect(history.reverse()).toMatchObject(
        note.states.map(({ content, deleted, at }, index) => ({
          version: index + 1,
          operation: deleted ? 'delete' : index === 0 ? 'insert' : 'update',
          changedAt: at,
          note: content,
        })),
      )
      const listed = await people[to.who].all('/api/notes', 2)
      expect(listed.map(({ id }) => id)).toEqual(model.listedFor(to.who).map(({ id }) => id))
    },
  }
}
