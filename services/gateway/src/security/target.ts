/** The longest request target; the API's own stay far below. */
const longest = 8192

/** A path of RFC 3986, percent-encoded where it must be; `//` is judged apart. */
const path = /^\/(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/]|%[0-9A-Fa-f]{2})*$/
const query = /^[\x21\x22\x24-\x7e]*$/

/**
 * Encodings that mean what a plain character means (`%6c` is `l`), that hide a delimiter (`%2f`, `%5c`, `%2e`,
 * `%25`), or that have no business in a path (control characters). With them two readers of one path can
 * understand two different things, and the door would guard another endpoint than the service serves.
 */
const ambiguous = /%(?:[01][0-9a-f]|2[5def]|3[0-9]|4[1-9a-f]|5[0-9acf]|6[1-9a-f]|7[0-9aef])/i

/** Why a request target is refused. */
export interface TargetRefusal {
  readonly status: 400 | 414
  readonly detail: string
}

/**
 * Judges a request target before anything looks at it. Only the origin form in its one canonical spelling is
 * let through, so that the door and a service cannot disagree on what is asked for.
 *
 * @param target - As it stands in the request line.
 * @returns Undefined when there is nothing to say against it.
 */
export function targetRefusal(target: string): TargetRefusal | undefined {
  if (target.length > longest)
    return { status: 414, detail: `The address is longer than ${longest} characters.` }
  const end = target.indexOf('?')
  const asked = end === -1 ? target : target.slice(0, end)
  if (!asked.startsWith('/'))
    return refused('Ask for a path that begins with a slash, without scheme and host.')
  if (!path.test(asked)) return refused('The path holds characters that a path cannot have.')
  if (asked.includes('//')) return refused('The path has an empty segment.')
  if (asked.split('/').some((segment) => segment === '.' || segment === '..'))
    return refused('The path has a dot segment.')
  if (ambiguous.test(asked)) return refused('The path encodes characters that must not be encoded.')
  if (!decodes(asked)) return refused('The path is not UTF-8.')
  if (end !== -1 && !query.test(target.slice(end + 1)))
    return refused('The query holds characters that must be encoded.')
  return undefined
}

function refused(detail: string): TargetRefusal {
  return { status: 400, detail }
}

function decodes(encoded: string): boolean {
  try {
    decodeURIComponent(encoded)
    return true
  } catch (error) {
    if (error instanceof URIError) return false
    throw error
  }
}
