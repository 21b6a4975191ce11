/** Something that the left schema allows and the right one, as far as is seen, does not. */
export interface Gap {
  /** Where in a value: names of members, and `[]` or a number for elements. */
  readonly path: readonly (string | number)[]
  /** What the value may be there, or may lack: `may be null`. */
  readonly reason: string
  /** Values of the left schema that may show it. None is to be believed without a look. */
  readonly witnesses: readonly unknown[]
}

/** More values than these are not tried: they would be many at each level of a schema that has itself in it. */
export const mostWitnesses = 48

/** A gap of a part, as one of the whole. */
export function within(gap: Gap, step: string | number, wrap: (witness: unknown) => unknown): Gap {
  const tried = gap.witnesses.slice(0, mostWitnesses)
  const witnesses = tried.map(wrap).filter((witness) => witness !== undefined)
  return { ...gap, path: [step, ...gap.path], witnesses }
}

/** A path as it is shown: `items[].title`. */
export function pathText(path: Gap['path']): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`
    if (step === '[]') return `${text}[]`
    return text === '' ? step : `${text}.${step}`
  }, '')
}
