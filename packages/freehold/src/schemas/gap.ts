/** Something that the left schema allows and the right one, as far as is seen, does not. */
export interface Gap {
  /** Where in a value: names of members, and `[]` or a number for elements. */
  readonly path: readonly (string | number)[]
  /** What the value may be there, or may lack: `may be null`. */
  readonly reason: string
  /** Values of the left schema that may show it. None is to be believed without a look. */
  readonly witnesses: readonly unknown[]
  /** The gap of a part that it comes from: the same part may be met in many places. */
  readonly origin?: object
}

/** More values than these are not tried: they would be many at each level of a schema that has itself in it. */
export const mostWitnesses = 48

/** A gap of a part, as one of the whole. */
export function within(gap: Gap, step: string | number, wrap: (witness: unknown) => unknown): Gap {
  const tried = gap.witnesses.slice(0, mostWitnesses)
  const witnesses = tried.map(wrap).filter((witness) => witness !== undefined)
  return { ...gap, path: [step, ...gap.path], witnesses, origin: originOf(gap) }
}

/** What tells a gap from others, wherever it is met. */
export function originOf(gap: Gap): object {
  return gap.origin ?? gap
}

/** Each gap once, in the first of the places where it is met. */
export function distinct(gaps: readonly Gap[]): Gap[] {
  const first = new Map<object, Gap>()
  for (const gap of gaps) if (!first.has(originOf(gap))) first.set(originOf(gap), gap)
  return [...first.values()]
}

/** A path as it is shown: `items[].title`. */
export function pathText(path: Gap['path']): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`
    if (step === '[]') return `${text}[]`
    return text === '' ? step : `${text}.${step}`
  }, '')
}
