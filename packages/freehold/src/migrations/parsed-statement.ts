import type { Node } from 'libpg-query'

type Intersection<U> = (U extends unknown ? (of: U) => void : never) extends (of: infer I) => void ? I : never

/** A node of the parse tree, by its kind: one of the properties is there. */
export type ParsedStatement = Partial<Intersection<Node>>

/** A table or an index as a statement names it. */
export interface RelationName {
  readonly name: string
  /** Absent when the search path says. */
  readonly schema?: string
}

/** The parts of a name such as `schema.table`. */
export function parsedNames(node: ParsedStatement | undefined): string[] {
  const parts: readonly ParsedStatement[] = node?.List?.items ?? []
  return parts.flatMap(({ String: part }) => part?.sval ?? [])
}

/** Every node below this one, with the kind that it has there. */
export function* nodesBelow(node: unknown): Generator<readonly [kind: string, node: object]> {
  if (typeof node !== 'object' || node === null) return
  for (const [kind, child] of Object.entries(node)) {
    if (typeof child === 'object' && child !== null && !Array.isArray(child)) yield [kind, child as object]
    yield* nodesBelow(child)
  }
}
