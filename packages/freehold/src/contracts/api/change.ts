import type { CheckFinding } from '../../checking/finding.js'

/** The steps from the root of a document to a part of it: names of members, and indexes from 0. */
export type Steps = readonly (string | number)[]

/** A change of an API, and what it does to those who use it. */
export interface ApiChange extends Pick<CheckFinding, 'severity' | 'message' | 'fix'> {
  /** In kebab case: `operation-removed`. */
  readonly rule: string
  /** The operation that it is about: `GET /notes/{id}`. */
  readonly operation: string
  /** Where it is in the new document, or would be if it had not gone. */
  readonly at: Steps
  readonly details?: Readonly<Record<string, unknown>>
}

/** Makes changes of one operation. */
export interface Say {
  (
    severity: ApiChange['severity'],
    rule: string,
    message: string,
    fix?: string,
    details?: ApiChange['details'],
  ): ApiChange
  /** Makes changes of a part of it. */
  readonly at: (steps: Steps) => Say
}

/** What to do about what breaks, where nothing better is known. */
export const keepOld =
  'Keep what was there, and offer the new beside it: another path, another member, another media type.'

/** Makes changes of an operation, or of the part of it that the steps lead to. */
export function sayOf({ name, at }: { readonly name: string; readonly at: Steps }): Say {
  const say = (...[severity, rule, message, fix, details]: Parameters<Say>): ApiChange => ({
    rule,
    severity,
    operation: name,
    at,
    message: `${name}: ${message}.`,
    fix: fix ?? (severity === 'note' ? 'Nothing: clients need not know it.' : keepOld),
    ...(details && { details }),
  })
  return Object.assign(say, { at: (steps: Steps): Say => sayOf({ name, at: steps }) })
}
