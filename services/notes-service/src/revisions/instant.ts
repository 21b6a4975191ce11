import { HttpProblem } from '@freehold/runtime/fastify'

const form =
  /^(\d{4})-(\d\d)-(\d\d)[Tt ]([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(\.\d{1,9})?([Zz]|[+\- ]([01]\d|2[0-3]):[0-5]\d)$/

/**
 * Reads an instant in the format of RFC 3339. A space is taken for the plus of an offset, which is what a
 * plus in a query string becomes when it was not escaped. Digits beyond milliseconds are cut off, as in
 * every instant that this API shows.
 *
 * @throws HttpProblem 400 when it is none.
 */
export function instantOf(text: string): Date {
  const match = form.exec(text)
  if (match === null) throw notAnInstant()
  const [, year = '', month = '', day = '', hour = '', minute = '', second = '', fraction = '', offset = ''] =
    match
  const milliseconds = fraction.slice(1, 4).padEnd(3, '0')
  const zone = offset.toUpperCase().replace(' ', '+')
  const instant = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}.${milliseconds}${zone}`)
  if (Number.isNaN(instant.getTime()) || !isDay(Number(year), Number(month), Number(day)))
    throw notAnInstant()
  return instant
}

/** Whether the calendar has that day: JavaScript takes the 31st of June for the 1st of July. */
function isDay(year: number, month: number, day: number): boolean {
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day
}

function notAnInstant(): HttpProblem {
  const detail = 'asOf must be an instant as in RFC 3339, for example 2026-01-05T10:30:00+01:00.'
  return new HttpProblem(400, {
    slug: 'invalid-request',
    title: 'The request is not valid',
    detail,
    extensions: { errors: [{ in: 'query', pointer: '#/asOf', detail }] },
  })
}
