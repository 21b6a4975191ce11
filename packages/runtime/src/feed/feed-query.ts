import { HttpProblem } from '../http/problem.js'
import { isUuid } from '../events/text-forms.js'
import { longestWait, mostEvents } from './names.js'

/** What is asked of a feed. */
export interface FeedQuery {
  readonly after: number
  readonly limit: number
  /** In milliseconds. */
  readonly waitMs: number
  readonly epoch: string | undefined
  readonly segment: string | undefined
  /** The types that whoever asks believes to see; makes a page one that may be kept. */
  readonly types: string | undefined
}

interface Problem {
  readonly in: 'query'
  readonly pointer: string
  readonly detail: string
}

const known = ['after', 'limit', 'wait', 'epoch', 'segment', 'types']

/**
 * Reads the query string of a page.
 *
 * @throws HttpProblem 400 with all that is wrong, and what would be right.
 */
export function feedQuery(query: Readonly<Record<string, unknown>>): FeedQuery {
  const errors: Problem[] = []
  const wrong = (name: string, detail: string): void =>
    void errors.push({ in: 'query', pointer: `#/${name}`, detail })
  const text = (name: string): string | undefined => {
    const value = query[name]
    if (value === undefined || typeof value === 'string') return value
    wrong(name, 'must be given once')
    return undefined
  }
  const whole = (name: string, fallback: number, least: number, most: number, what: string): number => {
    const given = text(name)
    if (given === undefined) return fallback
    const value = Number(given)
    if (/^\d{1,16}$/.test(given) && value >= least && value <= most) return value
    wrong(name, `must be a whole number from ${least} to ${most}: ${what}`)
    return fallback
  }
  const uuid = (name: string, what: string): string | undefined => {
    const given = text(name)
    if (given !== undefined && !isUuid(given)) wrong(name, `must be a UUID: ${what}`)
    return given?.toLowerCase()
  }
  for (const name of Object.keys(query)) if (!known.includes(name)) wrong(name, 'is not known')
  const asked: FeedQuery = {
    after: whole(
      'after',
      0,
      0,
      Number.MAX_SAFE_INTEGER,
      'the position of the cursor, 0 before the first event',
    ),
    limit: whole('limit', mostEvents, 1, mostEvents, 'the most events of the page'),
    waitMs: seconds(text('wait'), wrong) * 1_000,
    epoch: uuid('epoch', 'the freehold-epoch that came with the cursor'),
    segment: uuid('segment', 'the freehold-segment that came with the cursor'),
    types: text('types'),
  }
  if (errors.length > 0) throw invalid(errors)
  return asked
}

function seconds(given: string | undefined, wrong: (name: string, detail: string) => void): number {
  if (given === undefined) return 0
  if (/^\d{1,2}(\.\d{1,6})?$/.test(given) && Number(given) <= longestWait) return Number(given)
  wrong('wait', `must be a number of seconds from 0 to ${longestWait}`)
  return 0
}

function invalid(errors: readonly Problem[]): HttpProblem {
  const [first] = errors
  const detail =
    errors.length === 1 && first !== undefined
      ? `The parameter ${first.pointer.slice(2)} ${first.detail}.`
      : `The query has ${errors.length} errors.`
  return new HttpProblem(400, {
    slug: 'invalid-request',
    title: 'The request is not valid',
    detail,
    extensions: { errors },
  })
}
