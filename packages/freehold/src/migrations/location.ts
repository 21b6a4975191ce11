/** A place in a text, counted from 1; the column counts characters and not UTF-16 units. */
export interface Location {
  readonly line: number
  readonly column: number
}

/** Where an index of the text lies. */
export function locate(text: string, index: number): Location {
  const before = text.slice(0, index)
  const lineStart = before.lastIndexOf('\n') + 1
  const line = before.split('\n').length
  return { line, column: Array.from(before.slice(lineStart)).length + 1 }
}

/**
 * The index of the n-th character. PostgreSQL counts characters (code points), JavaScript UTF-16 units.
 *
 * @param characters - Characters before the one that is meant, from 0.
 */
export function indexOfCharacter(text: string, characters: number): number {
  let index = 0
  for (const character of text) {
    if (characters-- <= 0) break
    index += character.length
  }
  return index
}

/** The line of an index with the one before it, numbered, and a caret under the place. */
export function excerpt(text: string, index: number): string {
  const { line, column } = locate(text, index)
  const lines = text.split('\n')
  const width = String(line).length
  const shown = [line - 1, line]
    .filter((number) => number > 0)
    .map((number) => `${String(number).padStart(width)} | ${(lines[number - 1] ?? '').replaceAll('\t', ' ')}`)
  return [...shown, `${' '.repeat(width)} | ${' '.repeat(column - 1)}^`].join('\n')
}
