import type { CheckFinding } from '../../checking/finding.js'

/** A change of an API, and what it does to those who use it. */
export interface ApiChange extends Pick<CheckFinding, 'severity' | 'message' | 'fix'> {
  /** In kebab case: `operation-removed`. */
  readonly rule: string
  /** The operation that it is about: `GET /notes/{id}`. */
  readonly operation: string
  readonly details?: Readonly<Record<string, unknown>>
}

/** Makes changes of one operation. */
export type Say = (
  severity: ApiChange['severity'],
  rule: string,
  message: string,
  fix?: string,
  details?: ApiChange['details'],
) => ApiChange

/** What to do about what breaks, where nothing better is known. */
export const keepOld =
  'Keep what was there, and offer the new beside it: another path, another member, another media type.'

/** Makes changes of an operation. */
export function sayOf(operation: string): Say {
  return (severity, rule, message, fix, details) => ({
    rule,
    severity,
    operation,
    message: `${operation}: ${message}.`,
    fix: fix ?? (severity === 'note' ? 'Nothing: clients need not know it.' : keepOld),
    ...(details && { details }),
  })
}
