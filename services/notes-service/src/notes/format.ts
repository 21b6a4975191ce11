/** How the body of a note can be meant. */
export const noteFormats = ['plain', 'markdown'] as const

/** How the body of a note is to be read. */
export type NoteFormat = (typeof noteFormats)[number]

/** What a note is when nobody said. */
export const defaultFormat: NoteFormat = 'plain'

/** The format of a row, or of a revision: those from before there were formats have none. */
export function formatOf(row: { readonly format?: NoteFormat }): NoteFormat {
  return row.format ?? defaultFormat
}
