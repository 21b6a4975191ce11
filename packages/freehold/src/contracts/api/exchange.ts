import type { Say } from './change.js'
import type { ApiDocument } from './document/document.js'

/** The documents that are compared. */
export interface Documents {
  readonly old: ApiDocument
  readonly now: ApiDocument
}

/** Who tells whom, in words. What is taken was sent by clients that know the old document; what is given goes to them. */
export interface Exchange extends Documents {
  readonly taken: { readonly rule: string; readonly refused: string }
  readonly given: { readonly rule: string; readonly unexpected: string; readonly plural: string }
}

/** What is compared, and whose changes they are. */
export interface Comparison {
  readonly exchange: Exchange
  readonly say: Say
  /** What it is about: `the body`, `the query parameter limit`. */
  readonly where: string
  /** Whether values are written as text, and not as JSON. */
  readonly isText?: boolean
}

/** Requests to a server, and its answers. */
export function calls(documents: Documents): Exchange {
  return {
    ...documents,
    taken: { rule: 'request', refused: 'was right in a request, and is refused now' },
    given: { rule: 'response', unexpected: 'in an answer, which clients do not expect', plural: 'answers' },
  }
}

/** Requests that a server makes to its clients, and what they answer. */
export function callsBack(documents: Documents): Exchange {
  return {
    ...documents,
    taken: { rule: 'callback-answer', refused: 'was right in an answer to it, and is refused now' },
    given: {
      rule: 'callback',
      unexpected: 'in what is sent, which those who get it do not expect',
      plural: 'what is sent',
    },
  }
}
