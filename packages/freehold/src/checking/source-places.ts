import { isMap, isScalar, isSeq, LineCounter, parseDocument, type Node } from 'yaml'
import type { Place } from './finding.js'

/** A document in JSON or YAML as it is written. */
export interface SourceText {
  /** Relative to the folder of the configuration. */
  readonly file: string
  readonly text: string
}

/**
 * Finds places in a document by the steps that lead there. Where they lead to nothing, it is the last thing that is there. The
 * text is read when the first is asked for.
 */
export function placesIn({ file, text }: SourceText): (steps: readonly (string | number)[]) => Place {
  const lines = new LineCounter()
  let root: Node | null | undefined
  return (steps) => {
    root ??= parseDocument(text, { lineCounter: lines, keepSourceTokens: false, logLevel: 'silent' }).contents
    const { line, col } = lines.linePos(offsetOf(root, steps))
    return { file, line, column: col }
  }
}

function offsetOf(root: Node | null, steps: readonly (string | number)[]): number {
  let [node, offset] = [root, root?.range?.[0] ?? 0]
  for (const step of steps) {
    const next = isMap(node)
      ? memberOf(node.items, step)
      : isSeq(node)
        ? elementOf(node.items, step)
        : undefined
    if (next === undefined) return offset
    ;({ node, offset } = next)
  }
  return offset
}

interface Found {
  readonly node: Node | null
  readonly offset: number
}

/** A member is where its name is. */
function memberOf(
  items: readonly { readonly key: unknown; readonly value: unknown }[],
  step: string | number,
): Found | undefined {
  const pair = items.find(({ key }) => isScalar(key) && String(key.value) === String(step))
  const key = pair?.key as Node | undefined
  return pair && { node: (pair.value ?? null) as Node | null, offset: key?.range?.[0] ?? 0 }
}

function elementOf(items: readonly unknown[], step: string | number): Found | undefined {
  const node = items[Number(step)] as Node | undefined
  return node && { node, offset: node.range?.[0] ?? 0 }
}
