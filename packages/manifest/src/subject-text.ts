/** As PostgreSQL writes a uuid, but for the case of its letters. */
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/**
 * A subject as keys and envelopes name it: a text. That of a uuid is in lower case, as a database gives it back, so that
 * whoever writes it in capitals means the same person.
 *
 * @returns Undefined where there is none.
 */
export function subjectText(value: unknown): string | undefined {
  if (typeof value === 'string')
    return value === '' ? undefined : uuid.test(value) ? value.toLowerCase() : value
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  return undefined
}
