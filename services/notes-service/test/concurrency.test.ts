import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Note } from '../src/notes/note.js'
import { openStage, type Stage } from './stage.js'

let stage: Stage
beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage.close())

const writers = Array.from({ length: 64 }, (_, writer) => writer)

describe('64 people at one note', () => {
  it('lose no update when they read again after a 412', async () => {
    const ada = await stage.person()
    const { body: note } = await ada.writes({ title: 'Counter', body: '0' })

    const attempts = await Promise.all(
      writers.map(async (writer) => {
        let current: Note = note
        for (let attempt = 1; ; attempt++) {
          const body = String(Number(current.body) + 1)
          const answer = await ada.patch(note.id, `"${current.version}"`, {
            body,
            tags: [`writer-${writer}`],
          })
          if (answer.status === 200) return attempt
          expect(answer.status).toBe(412)
          expect(answer.etag).toBe(`"${answer.body.current.version}"`)
          current = answer.body.current
        }
      }),
    )

    const { body: last } = await ada.get(`/api/notes/${note.id}`)
    expect(last.version).toBe(1 + writers.length)
    expect(last.body).toBe(String(writers.length))
    expect(Math.max(...attempts)).toBeGreaterThan(1)

    const history = (await ada.all(`/api/notes/${note.id}/history`)).reverse()
    expect(history.map(({ version }) => version)).toEqual(Array.from({ length: 65 }, (_, at) => at + 1))
    expect(history.map(({ note: then }) => then.body)).toEqual(
      Array.from({ length: 65 }, (_, at) => String(at)),
    )
    expect(new Set(history.flatMap(({ note: then }) => then.tags)).size).toBe(writers.length)
    const times = history.map(({ changedAt }) => changedAt)
    expect(times).toEqual([...times].sort())

    const { rows } = await stage.database.query<{ version: number }>(
      'select version from audit_log where entity_id = $1 order by version',
      [note.id],
    )
    expect(rows.map(({ version }) => version)).toEqual(history.map(({ version }) => version))
  })

  it('get exactly one winner when they all saw the same version', async () => {
    const ada = await stage.person()
    const { body: note } = await ada.writes({ title: 'Race' })
    const answers = await Promise.all(
      writers.map((writer) => ada.patch(note.id, '"1"', { title: `Writer ${writer}` })),
    )
    const won = answers.filter(({ status }) => status === 200)
    expect(won).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 412)).toHaveLength(writers.length - 1)
    expect((await ada.get(`/api/notes/${note.id}`)).body).toEqual(won[0]?.body)
  })

  it('all succeed with If-Match: *, each with a version of its own', async () => {
    const ada = await stage.person()
    const { body: note } = await ada.writes({ title: 'Whatever' })
    const answers = await Promise.all(
      writers.map((writer) => ada.patch(note.id, '*', { title: `Writer ${writer}` })),
    )
    expect(answers.map(({ body }) => body.version).sort((a, b) => a - b)).toEqual(
      writers.map((writer) => writer + 2),
    )
  })
})
