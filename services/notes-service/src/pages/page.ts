import { orNull } from '@freehold/runtime/fastify'
import { Type, type TSchema } from 'typebox'

/** The part of a list that fits into one answer. */
export interface Page<Item> {
  readonly items: readonly Item[]
  /** Where the next page begins; null at the end. */
  readonly nextCursor: string | null
}

/** The most items in one answer, where the client does not say. */
export const defaultLimit = 20

/** The query parameters of every list. */
export const pageQuery = {
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 100,
      default: defaultLimit,
      description: 'The most items in one answer.',
    }),
  ),
  cursor: Type.Optional(Type.String({ maxLength: 200, description: 'The nextCursor of the page before.' })),
}

/** The schema of a page of something. */
export function pageOf(item: TSchema): TSchema {
  return Type.Object({ items: Type.Array(item), nextCursor: orNull(Type.String()) })
}

/**
 * A page from one row more than it shows: whether there is such a row says whether there is a next page.
 *
 * @param rows - At most `limit + 1` rows.
 * @param limit - The most items in one answer.
 * @param show - The row as the API shows it.
 * @param cursorOf - The cursor that continues after a row.
 */
export function pageFrom<Row, Item>(
  rows: readonly Row[],
  limit: number,
  show: (row: Row) => Item,
  cursorOf: (row: Row) => string,
): Page<Item> {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return {
    items: shown.map(show),
    nextCursor: rows.length > limit && last !== undefined ? cursorOf(last) : null,
  }
}
