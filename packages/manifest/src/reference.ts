/** An id that names a row of another service. It is never a foreign key. */
export interface Reference {
  /** The table referred to: `service.table`. */
  readonly to: string
}

/**
 * Declares that a column holds ids of another service's rows.
 *
 * @param to - The table referred to, as `service.table`.
 */
export function reference(to: string): Reference {
  return { to }
}
