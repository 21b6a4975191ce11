/** The most octets that an address may have (RFC 5321 4.5.3.1.3, without the angle brackets). */
export const longestEmail = 254

/**
 * An address as it is stored: trimmed and NFKC-normalised, so that the same address typed with other code
 * points (full-width letters, composed accents) is the same address.
 *
 * @param text - What was typed.
 */
export function normalisedEmail(text: string): string {
  return text.normalize('NFKC').trim()
}

/**
 * What two spellings of one address have in common. Letters of every script are folded here and not by the
 * database, whose lower() folds only ASCII under the C collation.
 *
 * @param text - What was typed; it need not be an address.
 */
export function emailKey(text: string): string {
  return normalisedEmail(text).toLowerCase().normalize('NFKC')
}

const localPart = /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+(\.[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u
const domainLabel = /^[\p{L}\p{N}]([\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?$/u

/**
 * Whether a normalised text is an address that mail can be sent to: dot-atom local part (RFC 5322, with
 * letters of any script as RFC 6531 has them) and a domain of at least two labels. Quoted local parts and
 * address literals are refused: nobody has them, and much software cannot write to them.
 *
 * @param email - Normalised already.
 */
export function isEmail(email: string): boolean {
  if (Buffer.byteLength(email) > longestEmail) return false
  const at = email.lastIndexOf('@')
  const local = email.slice(0, at)
  const labels = email.slice(at + 1).split('.')
  return (
    at > 0 &&
    Buffer.byteLength(local) <= 64 &&
    localPart.test(local) &&
    labels.length > 1 &&
    labels.every((label) => domainLabel.test(label))
  )
}
