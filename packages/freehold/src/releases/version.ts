import { compareVersions as compareParsed, parseVersion } from '../migrations/version-range.js'

/** Whether a text is a version: `1.4.0`, `2.0.0-rc.1`. */
export function isVersion(text: string): boolean {
  return parseVersion(text) !== undefined
}

/**
 * Orders versions as they are written, by precedence. What is no version comes first.
 *
 * @returns Less than 0 when the first comes before the second.
 */
export function compareVersions(one: string, other: string): number {
  const [a, b] = [parseVersion(one), parseVersion(other)]
  return a && b ? compareParsed(a, b) : Number(a !== undefined) - Number(b !== undefined)
}
