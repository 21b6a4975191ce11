/**
 * Stands where a personal value was whose key was destroyed. It is a value and no error: what is left of a row, an event
 * or a revision can be read, and the type of a field says that it may be this.
 */
export class Erased {
  readonly subject: string
  readonly purpose: string

  constructor({ subject, purpose }: { readonly subject: string; readonly purpose: string }) {
    this.subject = subject
    this.purpose = purpose
  }

  /** In an answer of an API it is `{ "erased": true }`. */
  toJSON(): { readonly erased: true } {
    return { erased: true }
  }
}

/** Whether a value was erased. */
export function isErased(value: unknown): value is Erased {
  return value instanceof Erased
}

/** A row or an event whose personal members may have been erased. */
export type MayBeErased<Row, Personal extends PropertyKey> = {
  [Member in keyof Row]: Member extends Personal ? Row[Member] | Erased : Row[Member]
}
