/** Where in a file, counted from 1. */
export interface Place {
  /** Relative to the folder of the configuration. */
  readonly file: string
  readonly line?: number
  readonly column?: number
}

/** Which deployment a finding would break: old code that meets the new schema, or new code that meets the old. */
export type Direction = 'deploy' | 'rollback'

/** Something that `freehold check` found. All checks report in this form. */
export interface CheckFinding {
  /** In kebab case, after its source: `statement-fails`, `squawk/ban-drop-column`, `event-contract/member-removed`. */
  readonly rule: string
  /** Only an error fails the check. */
  readonly severity: 'error' | 'warning' | 'note'
  readonly service: string
  /** What happens, to what: a sentence. */
  readonly message: string
  /** What to do: a sentence. */
  readonly fix: string
  readonly place?: Place
  readonly direction?: Direction
  /** The text of the statement that it is about, as it was recorded. */
  readonly statement?: string
  /** Where in the code the statement was sent from: `services/user-service/src/profiles/profile-store.ts:41`. */
  readonly sentFrom?: string
  readonly sqlstate?: string
  readonly details?: Readonly<Record<string, unknown>>
}
