import { expect } from 'vitest'
import type { Answer, Person } from '../person.js'
import { chosen, type Aim, type Command } from './inputs.js'
import type { Content, ModelNote } from './model.js'

/** What a write makes of a note, if its precondition holds. */
interface Outcome {
  readonly content: Content
  readonly deleted: boolean
  /** Whether the note does not allow it: 404. */
  readonly blocked: boolean
  /** Whether it makes no new version. */
  readonly same?: boolean
}

interface Writing {
  outcome(note: ModelNote): Outcome
  act(person: Person, note: ModelNote, etag: string): Promise<Answer>
}

/** One of the two writes to a note that exists, knowing its version or an older one. */
export function write(name: string, to: Aim, { outcome, act }: Writing): Command {
  return {
    check: (model) => model.notes.length > 0,
    toString: () => name,
    async run(model, people) {
      const note = chosen(model, to)
      const { content, deleted, blocked, same } = outcome(note)
      const etag = to.behind === '*' ? '*' : `"${note.version - to.behind}"`
      const answer = await act(people[to.who], note, etag)

      if (to.who !== note.author || blocked) {
        expect(answer.status).toBe(404)
      } else if (to.behind !== '*' && to.behind !== 0) {
        // "0" and "-1" are well-formed entity tags too, which no version has.
        expect([answer.status, answer.etag]).toEqual([412, `"${note.version}"`])
        expect(answer.body.current).toMatchObject({ ...note.now.content, version: note.version })
      } else {
        if (!same) {
          const at = deleted ? await tombstoneTime(people[to.who], note) : answer.body.updatedAt
          note.states.push({ content, deleted, at, since: at })
        }
        expect([answer.status, answer.etag]).toEqual([deleted ? 204 : 200, `"${note.version}"`])
        if (!deleted) expect(answer.body).toMatchObject({ ...content, version: note.version })
      }
    },
  }
}

async function tombstoneTime(person: Person, note: ModelNote): Promise<string> {
  const { body } = await person.get(`/api/notes/${note.id}/history?limit=1`)
  return body.items[0]?.changedAt ?? ''
}
