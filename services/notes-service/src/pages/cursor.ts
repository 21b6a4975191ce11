import { HttpProblem } from '@freehold/runtime/fastify'

/**
 * Where a page ended, as a text that means nothing to a client.
 *
 * @param list - The list it belongs to: a cursor of one list is refused by another.
 * @param position - The place in that list.
 */
export function cursorAt(list: string, position: string): string {
  return Buffer.from(`${list}:${position}`).toString('base64url')
}

/**
 * The place that a cursor stands for.
 *
 * @param list - The list that is being read.
 * @param cursor - What the client sent.
 * @param form - What a place in that list looks like.
 * @throws HttpProblem 400 when the cursor was not made for this list.
 */
export function positionOf(list: string, cursor: string, form: RegExp): string {
  const position = Buffer.from(cursor, 'base64url')
    .toString()
    .slice(list.length + 1)
  if (form.test(position) && cursorAt(list, position) === cursor) return position
  throw new HttpProblem(400, {
    slug: 'invalid-cursor',
    title: 'The cursor is not one of ours',
    detail: 'Use the nextCursor of the page before, unchanged, or none for the first page.',
  })
}
