/** An entity tag (RFC 9110, section 8.8.3). */
export interface EntityTag {
  readonly isWeak: boolean
  /** What stands between the quotes. */
  readonly opaque: string
}

const tag = /(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"/y

/**
 * Reads the value of If-Match or If-None-Match: `*`, or a list of entity tags in which elements may be
 * empty (RFC 9110, sections 5.6.1.2, 13.1.1). It takes time in proportion to the value's length.
 *
 * @returns The tags, `'any'` for `*`, or undefined when it is neither.
 */
export function parseEntityTags(value: string): readonly EntityTag[] | 'any' | undefined {
  if (value.trim() === '*') return 'any'
  const tags: EntityTag[] = []
  let { at } = gapAt(value, 0)
  while (at < value.length) {
    tag.lastIndex = at
    const found = tag.exec(value)
    if (found === null) return undefined
    tags.push({ isWeak: found[1] !== undefined, opaque: found[2] ?? '' })
    const gap = gapAt(value, tag.lastIndex)
    if (!gap.hasComma && gap.at < value.length) return undefined
    at = gap.at
  }
  return tags.length === 0 ? undefined : tags
}

/** The end of the commas and spaces that begin there. */
function gapAt(value: string, start: number): { at: number; hasComma: boolean } {
  let at = start
  let hasComma = false
  for (; at < value.length; at += 1) {
    const character = value[at]
    if (character === ',') hasComma = true
    else if (character !== ' ' && character !== '\t') break
  }
  return { at, hasComma }
}
