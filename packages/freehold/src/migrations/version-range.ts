/** A version of a service as semantic versioning writes it, in parts that can be compared. */
export type Version = readonly [major: number, minor: number, patch: number, prerelease: string]

/** Which versions are meant: all that hold every comparison. */
export interface VersionRange {
  /** As it was written: `>=1.2.0 <2.0.0`. */
  readonly text: string
  readonly comparisons: readonly { readonly operator: Operator; readonly version: Version }[]
}

type Operator = '>=' | '>' | '<=' | '<' | '='

const versionForm = /^(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/
/** What a comparison of a range looks like. */
export const comparisonForm = /^(>=|<=|>|<|=)(\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?)$/

/** A version in its parts; undefined when it is none. */
export function parseVersion(text: string): Version | undefined {
  const [, major, minor, patch, prerelease = ''] = versionForm.exec(text) ?? []
  if (patch === undefined) return undefined
  return [Number(major), Number(minor), Number(patch), prerelease]
}

/** A range of comparisons such as `>=1.2.0`, with spaces between; undefined when one of them is none. */
export function parseVersionRange(text: string): VersionRange | undefined {
  const comparisons = text.split(/\s+/).map((written) => {
    const [, operator, version = ''] = comparisonForm.exec(written) ?? []
    const parsed = parseVersion(version)
    return parsed && { operator: operator as Operator, version: parsed }
  })
  if (comparisons.includes(undefined)) return undefined
  return { text, comparisons: comparisons.filter((comparison) => comparison !== undefined) }
}

/** Whether a version is in a range. What is no version is in none. */
export function isInRange(version: string, { comparisons }: VersionRange): boolean {
  const parsed = parseVersion(version)
  if (parsed === undefined) return false
  return comparisons.every(({ operator, version: bound }) => {
    const order = compareVersions(parsed, bound)
    if (order === 0) return operator.endsWith('=')
    return order < 0 ? operator.startsWith('<') : operator.startsWith('>')
  })
}

/** Negative when `a` comes before `b`, by the precedence of semantic versioning 2.0.0, section 11. */
export function compareVersions(a: Version, b: Version): number {
  for (const place of [0, 1, 2] as const) {
    if (a[place] !== b[place]) return a[place] - b[place]
  }
  return comparePrereleases(a[3], b[3])
}

function comparePrereleases(a: string, b: string): number {
  if (a === b) return 0
  if (a === '') return 1
  if (b === '') return -1
  const [left, right] = [a.split('.'), b.split('.')]
  for (const [index, part] of left.entries()) {
    const other = right[index]
    if (other === undefined) return 1
    if (part === other) continue
    const [isNumber, otherIsNumber] = [/^\d+$/.test(part), /^\d+$/.test(other)]
    if (isNumber && otherIsNumber) return Number(part) - Number(other)
    if (isNumber !== otherIsNumber) return isNumber ? -1 : 1
    return part < other ? -1 : 1
  }
  return left.length - right.length
}
