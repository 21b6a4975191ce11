/** An object of a document, as it was written. */
export type Plain = Readonly<Record<string, unknown>>

/** A value as an object; an empty one where it is none. */
export function plain(value: unknown): Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Plain) : {}
}

/** What a reference leads to: by a path, by the name of an anchor, or by the address that a schema of the document has. */
export function referredTo(root: Plain, reference: string): unknown {
  if (reference === '#') return root
  if (reference.startsWith('#/')) return pointed(root, reference)
  const [address = '', fragment = ''] = reference.split('#')
  const { anchors, addresses } = namesIn(root)
  if (address === '') return anchors.get(fragment)
  const at = addresses.get(address)
  if (at === undefined || fragment === '') return at
  return fragment.startsWith('/') ? pointed(at, `#${fragment}`) : anchors.get(fragment)
}

interface Names {
  readonly anchors: Map<string, Plain>
  readonly addresses: Map<string, Plain>
}

const known = new WeakMap<Plain, Names>()

/** The names that schemas of a document give themselves. */
function namesIn(root: Plain): Names {
  const found = known.get(root)
  if (found !== undefined) return found
  const names: Names = { anchors: new Map(), addresses: new Map() }
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    const { $anchor, $dynamicAnchor, $id } = plain(value)
    for (const anchor of [$anchor, $dynamicAnchor])
      if (typeof anchor === 'string') names.anchors.set(anchor, value as Plain)
    if (typeof $id === 'string') names.addresses.set($id, value as Plain)
    for (const each of Object.values(value)) walk(each)
  }
  walk(root)
  known.set(root, names)
  return names
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
