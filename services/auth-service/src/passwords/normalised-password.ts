/** The least characters of a password. Of a passphrase nothing else is asked (NIST SP 800-63B 5.1.1.2). */
export const shortestPassword = 8

/** The most characters of a password: far more than anybody types, far less than a way to cause work. */
export const longestPassword = 256

/**
 * A password as it is hashed: NFKC-normalised, as NIST SP 800-63B 5.1.1.2 advises. The same keys pressed on
 * another system may yield other code points (é as one or as two), and that must not lock anybody out.
 * Nothing is trimmed: a space is a character of a password like any other.
 *
 * @param password - What was typed.
 */
export function normalisedPassword(password: string): string {
  return password.normalize('NFKC')
}

/**
 * Whether a password is long enough once normalised, counted in code points: combining marks can melt
 * into fewer characters than were typed.
 *
 * @param password - What was typed.
 */
export function isLongEnough(password: string): boolean {
  return [...normalisedPassword(password)].length >= shortestPassword
}
