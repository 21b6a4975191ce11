/** A node of a parse tree of libpg-query, with what it is called. */
export interface SyntaxNode {
  readonly kind: string
  readonly node: Readonly<Record<string, unknown>>
}

/** All nodes of a parse tree, from above. A node is a property that begins with a capital. */
export function* nodesIn(tree: unknown): Generator<SyntaxNode> {
  if (Array.isArray(tree)) {
    for (const item of tree) yield* nodesIn(item)
    return
  }
  if (!isObject(tree)) return
  for (const [name, value] of Object.entries(tree)) {
    if (/^[A-Z]/.test(name) && isObject(value)) yield { kind: name, node: value }
    yield* nodesIn(value)
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Every object of a parse tree, whatever it is called. */
export function* objectsIn(tree: unknown): Generator<Readonly<Record<string, unknown>>> {
  if (Array.isArray(tree)) {
    for (const item of tree) yield* objectsIn(item)
    return
  }
  if (!isObject(tree)) return
  yield tree
  for (const value of Object.values(tree)) yield* objectsIn(value)
}
