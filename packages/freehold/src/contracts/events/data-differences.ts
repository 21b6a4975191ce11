import { canonicalContract, type EventContract, type JsonSchema } from '@freehold/manifest'
import { containment, sayingsOf, textOf } from '../../schemas/index.js'
import { heard, told } from '../told-and-heard.js'
import { contentDifferences } from './content-differences.js'

/** What whoever knows one contract does not expect in events of another. */
export interface DataDifference {
  /** Where in the data: `items[].title`; empty for the data as a whole. */
  readonly path: string
  /** What may be there: `may be null`. */
  readonly reason: string
  /** Whether it is so; otherwise it may be so. */
  readonly isCertain: boolean
  /** Data that the one contract allows and the other does not. */
  readonly witness?: unknown
  /** Whether it is about what is in a text, which no validator looks at. */
  readonly isContent?: true
  /** It is the same difference the other way round. */
  readonly isMutual?: true
}

/**
 * What of the data that one contract describes is not what another describes. Consumers pass over members that they do not
 * know, so that a closed contract may grow by optional ones.
 *
 * @param says - The contract by which events are told.
 * @param hears - The contract by which they are read.
 */
export function dataDifferences(says: EventContract, hears: EventContract): DataDifference[] {
  if (isSameData(says, hears)) return []
  const { differences } = containment(
    { schema: told(says.data) },
    { schema: heard(hears.data) },
    { schema: says.data },
  )
  return [
    ...differences.map(({ path, reason, isCertain, ...rest }) => ({
      path,
      reason,
      isCertain,
      ...('witness' in rest && { witness: rest.witness }),
    })),
    ...contentDifferences(says.data, hears.data),
    ...foreignDifferences(says.data, hears.data),
  ]
}

/** Whether two contracts describe the same data, in whatever words it is explained. */
export function isSameData(one: EventContract, other: EventContract): boolean {
  return textOf(canonicalContract(one).data) === textOf(canonicalContract(other).data)
}

/** How a difference is called: `item may be null`. */
export function differenceText({ path, reason }: Pick<DataDifference, 'path' | 'reason'>): string {
  return `${path === '' ? 'the data' : path} ${reason}`
}

/** What tells one difference of a contract from another. */
export function differenceKey({ path, reason }: Pick<DataDifference, 'path' | 'reason'>): string {
  return JSON.stringify([path, reason])
}

/** What is said by keywords that JSON Schema does not have, or by another draft of it. */
function foreignDifferences(one: JsonSchema, other: JsonSchema): DataDifference[] {
  return changedSayings(one, other)
    .filter(({ keyword }) => !['content', 'default'].includes(keyword) && !keyword.startsWith('x-'))
    .map(({ path, keyword }) => ({
      path,
      reason: `has another ${keyword}, which no rule compares,`,
      isCertain: false,
      isMutual: true,
    }))
}

/** Something that is said in another way, of a place of which both schemas speak. */
export interface ChangedSaying {
  readonly path: string
  readonly keyword: string
  /** The values before and now, as JSON. */
  readonly before: readonly string[]
  readonly now: readonly string[]
}

/** What two schemas say of the same places beside which values are valid, where that differs. */
export function changedSayings(old: JsonSchema, next: JsonSchema): ChangedSaying[] {
  const [was, is] = [sayingsOf(old), sayingsOf(next)]
  return [...was].flatMap(([path, sayings]) => {
    const after = is.get(path)
    if (after === undefined) return []
    return [...new Set([...sayings.keys(), ...after.keys()])].flatMap((keyword): ChangedSaying[] => {
      const [before, now] = [sayings, after].map((each) => [...(each.get(keyword) ?? [])].toSorted())
      if (before === undefined || now === undefined || before.join('\n') === now.join('\n')) return []
      return [{ path, keyword, before, now }]
    })
  })
}
