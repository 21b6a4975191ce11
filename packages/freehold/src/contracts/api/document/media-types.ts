/** A media type or a range of them, without what does not tell it apart: case, blanks, and how it is written down. */
export function canonicalMediaType(written: string): string {
  const [type = '', ...parameters] = written.toLowerCase().replaceAll(/\s/g, '').split(';')
  const telling = parameters.filter((each) => each !== '' && !/^(?:charset|boundary)=/.test(each)).toSorted()
  return [type, ...telling].join(';')
}

/**
 * Whether whatever has the one media type falls under the other: the same, a range such as `application/*` or
 * `application/*+json`, or the same without parameters.
 */
export function covers(range: string, type: string): boolean {
  if (range === type) return true
  const [wide = '', ...asked] = range.split(';')
  const [narrow = '', ...given] = type.split(';')
  return isWithin(wide, narrow) && asked.every((parameter) => given.includes(parameter))
}

function isWithin(wide: string, narrow: string): boolean {
  if (wide === '*/*' || wide === '*' || wide === narrow) return true
  const [main = '', kind = ''] = wide.split('/')
  const [itsMain = '', itsKind = ''] = narrow.split('/')
  return main === itsMain && kind.startsWith('*') && itsKind.endsWith(kind.slice(1))
}

/** Of what is there by media type, what says most of a type: itself, or the narrowest range that it falls under. */
export function closest<T>(content: ReadonlyMap<string, T>, type: string): T | undefined {
  const fitting = [...content].filter(([range]) => covers(range, type))
  return fitting.toSorted(([a], [b]) => Number(covers(a, b)) - Number(covers(b, a)))[0]?.[1]
}
