/** An object of a document, as it was written. */
export type Plain = Readonly<Record<string, unknown>>

/** A value as an object; an empty one where it is none. */
export function plain(value: unknown): Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Plain) : {}
}

/** What a reference such as `#/components/schemas/Note` points at. */
export function pointed(root: Plain, reference: string): unknown {
  if (!reference.startsWith('#/')) return undefined
  return reference
    .slice(2)
    .split('/')
    .map((part) => unescaped(part).replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((at, part) => {
      if (Array.isArray(at)) return (at as unknown[])[Number(part)]
      return Object.hasOwn(plain(at), part) ? plain(at)[part] : undefined
    }, root)
}

function unescaped(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
