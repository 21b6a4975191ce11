import type { JsonSchema } from '@freehold/manifest'
import { containment, sayingsOf, textOf } from '../../schemas/index.js'
import type { DataDifference } from './data-differences.js'

/** What is in a text, as its schema says. */
interface Content {
  readonly contentEncoding?: unknown
  readonly contentMediaType?: unknown
  readonly contentSchema?: JsonSchema | boolean
}

/**
 * Texts that are read as something else than they were written as. No validator refuses them: what is in a text is an
 * annotation. Bytes that are read in another encoding are other bytes all the same.
 */
export function contentDifferences(says: JsonSchema, hears: JsonSchema): DataDifference[] {
  return differencesIn(says, hears).map((difference) => ({ ...difference, isContent: true }))
}

function differencesIn(says: JsonSchema, hears: JsonSchema): DataDifference[] {
  const [written, read] = [sayingsOf(says), sayingsOf(hears)]
  return [...written].flatMap(([path, sayings]): DataDifference[] => {
    const known = read.get(path)
    if (known === undefined) return []
    const [from, to] = [sayings, known].map((each) =>
      [...(each.get('content') ?? [])].map((text) => JSON.parse(text) as Content),
    )
    if (from === undefined || to === undefined) return []
    const [as] = to
    if (from.length === 0)
      return as === undefined ? [] : [{ path, reason: `is not said to be ${named(as)}`, isCertain: false }]
    return from.flatMap((content) => differenceOf(path, content, to))
  })
}

function differenceOf(path: string, content: Content, known: readonly Content[]): DataDifference[] {
  const [first] = known
  if (first === undefined) return [{ path, reason: `is said to be ${named(content)}`, isCertain: false }]
  const same = known.filter((each) => textOf(formOf(each)) === textOf(formOf(content)))
  if (same.length === 0)
    return [{ path, reason: `is ${named(content)}, and is read as ${named(first)},`, isCertain: true }]
  const answers = same.map((each) =>
    containment({ schema: content.contentSchema ?? true }, { schema: each.contentSchema ?? true }),
  )
  if (answers.some(({ is }) => is === 'yes')) return []
  const [difference] = answers.flatMap(({ differences }) => differences)
  const inside = difference === undefined || difference.path === '' ? '' : `${difference.path} `
  return [
    {
      path,
      reason: `has a content in which ${inside}${difference?.reason ?? 'is another'}`,
      isCertain: difference?.isCertain ?? false,
    },
  ]
}

/** Both are names without case; no encoding at all is one, too, where it is said what the text is. */
function formOf({ contentEncoding, contentMediaType }: Content): readonly string[] {
  const text = (value: unknown): string =>
    typeof value === 'string' ? value.toLowerCase().replaceAll(/\s/g, '') : ''
  const encoding = text(contentEncoding)
  return [['7bit', '8bit', 'binary'].includes(encoding) ? '' : encoding, text(contentMediaType)]
}

function named(content: Content): string {
  const [encoding = '', mediaType = ''] = formOf(content)
  if (encoding === '') return mediaType === '' ? 'plain text' : mediaType
  return mediaType === '' ? encoding : `${mediaType} in ${encoding}`
}
