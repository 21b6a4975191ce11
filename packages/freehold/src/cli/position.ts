/** A position in a log that somebody typed; undefined when it is none. */
export function positionIn(text: string): number | undefined {
  return /^[1-9]\d{0,14}$/.test(text) ? Number(text) : undefined
}
