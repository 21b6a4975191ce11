import fc from 'fast-check'
import { noteFormats } from '../../src/notes/format.js'
import type { Person } from '../person.js'
import type { Content, Model, ModelNote } from './model.js'

export type People = readonly [Person, Person]
export type Command = fc.AsyncCommand<Model, People>

/** Which note is meant, who acts, and how far behind the version is that they know. */
export interface Aim {
  readonly which: number
  readonly who: 0 | 1
  readonly behind: number | '*'
}

const text = fc.string({ unit: 'binary', maxLength: 30 }).filter((it) => !it.includes('\0'))

export const content: fc.Arbitrary<Content> = fc.record({
  title: text.filter((it) => /[^\p{Z}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/u.test(it)),
  body: text,
  tags: fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'ü', '🦊'), { maxLength: 3 }),
  format: fc.constantFrom(...noteFormats),
})

export const patch = fc.record(
  {
    title: text.filter((it) => /[^\p{Z}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/u.test(it)),
    body: fc.option(text),
    tags: fc.option(fc.uniqueArray(fc.constantFrom('a', 'b', 'd'), { maxLength: 2 })),
    format: fc.option(fc.constantFrom(...noteFormats)),
  },
  { requiredKeys: [] },
)

export const aim: fc.Arbitrary<Aim> = fc.record({
  which: fc.nat(5),
  who: fc.oneof(
    { weight: 6, arbitrary: fc.constant(0 as const) },
    { weight: 1, arbitrary: fc.constant(1 as const) },
  ),
  behind: fc.oneof(
    { weight: 6, arbitrary: fc.constant(0) },
    { weight: 2, arbitrary: fc.integer({ min: -1, max: 2 }) },
    { weight: 1, arbitrary: fc.constant('*' as const) },
  ),
})

export const showAim = ({ which, who, behind }: Aim): string => `${which} by ${who} behind ${behind}`

/** The note that an aim means. There must be one. */
export function chosen(model: Model, { which }: Aim): ModelNote {
  const note = model.notes[which % model.notes.length]
  if (note === undefined) throw new RangeError('there is no note')
  return note
}
