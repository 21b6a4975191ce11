import { HttpProblem } from '@freehold/runtime/fastify'

/** The services whose logs the trail is merged from, in the order in which entries of one instant stand. */
export const trailServices = ['auth', 'user', 'notes'] as const

/** One of them. */
export type TrailService = (typeof trailServices)[number]

/** Where reading goes on in one log: before this seq, 0 when all was read; undefined before it was read at all. */
export type Place = number | undefined

/** Where reading goes on in all of them. */
export type Places = Readonly<Record<TrailService, Place>>

/** Nothing was read yet. */
export const start: Places = { auth: undefined, user: undefined, notes: undefined }

const form = /^trail:(-|0|[1-9]\d{0,14})\.(-|0|[1-9]\d{0,14})\.(-|0|[1-9]\d{0,14})$/

/** Where a page ended, as a text that means nothing to a client. */
export function cursorAt(places: Places): string {
  const each = trailServices.map((service) => places[service] ?? '-')
  return Buffer.from(`trail:${each.join('.')}`).toString('base64url')
}

/**
 * The places that a cursor stands for.
 *
 * @throws HttpProblem 400 when it was not made by {@link cursorAt}.
 */
export function placesOf(cursor: string): Places {
  const [, auth = '', user = '', notes = ''] = form.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  const places: Places = { auth: placeIn(auth), user: placeIn(user), notes: placeIn(notes) }
  if (auth !== '' && cursorAt(places) === cursor) return places
  throw new HttpProblem(400, {
    slug: 'invalid-cursor',
    title: 'The cursor is not one of ours',
    detail: 'Use the nextCursor of the page before, unchanged, or none for the first page.',
  })
}

function placeIn(text: string): Place {
  return text === '-' ? undefined : Number(text)
}
