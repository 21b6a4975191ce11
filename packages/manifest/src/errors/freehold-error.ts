import type { ErrorCode } from './registry.js'
import { errorRegistry } from './registry.js'

/** What an error says beside its code. */
export interface FreeholdErrorInit {
  /** What happened, and to what: one sentence that names the object. */
  message: string
  /** What to do about it. The registry's general advice is used when this is absent. */
  fix?: string
  /** Facts a program may want (names, numbers, lists). Never a secret. */
  details?: Readonly<Record<string, unknown>>
  /** The error underneath. */
  cause?: unknown
}

/**
 * The one error type of Freehold. Programs branch on `code`; people read `message` and `fix`.
 * Every code is listed, with its meaning, in `docs/errors.md`.
 */
export class FreeholdError extends Error {
  readonly code: ErrorCode
  readonly fix: string
  readonly details: Readonly<Record<string, unknown>>

  /**
   * @param code - An entry of the registry.
   * @param init - What happened to what, and what to do.
   */
  constructor(code: ErrorCode, init: FreeholdErrorInit) {
    super(init.message, init.cause === undefined ? undefined : { cause: init.cause })
    this.name = 'FreeholdError'
    this.code = code
    this.fix = init.fix ?? errorRegistry[code].fix
    this.details = init.details ?? {}
  }
}

/**
 * Whether a value is a {@link FreeholdError}, of the given code when one is named. Looks at the shape
 * and not at the prototype, because two copies of this package can be installed at once.
 */
export function isFreeholdError(value: unknown, code?: ErrorCode): value is FreeholdError {
  if (!(value instanceof Error) || value.name !== 'FreeholdError' || !('code' in value)) return false
  return code === undefined || value.code === code
}
