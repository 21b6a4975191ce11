/** The most characters that a display name may have. */
export const longestDisplayName = 100

/**
 * A display name as it is stored: NFC, trimmed, runs of white space as one space, nothing invisible that
 * could break a line or turn the direction of the text around it.
 *
 * @param text - What was typed.
 * @returns Undefined when nothing visible is left.
 */
export function normalisedDisplayName(text: string): string | undefined {
  const name = text
    .normalize('NFC')
    .replace(/\s+/gu, ' ')
    .replace(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/gu, '')
    .trim()
  return name === '' ? undefined : name
}

/** The name of somebody who gave none: the local part of the address. */
export function nameFromEmail(email: string): string {
  return email.slice(0, email.lastIndexOf('@'))
}
