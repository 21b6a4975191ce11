const integers = ['smallint', 'integer', 'bigint', 'numeric']
const floats = ['real', 'double precision']

/** Whether every value of one type is one of another, which reads it as the same: as `format_type` writes them. */
export function isWider(from: string, to: string): boolean {
  for (const order of [integers, floats]) {
    const [before, after] = [order.indexOf(from), order.indexOf(to)]
    if (before >= 0 && after >= before) return true
  }
  const texts = [limitOf(from, 'character varying'), limitOf(to, 'character varying')]
  if (texts[0] !== undefined && (to === 'text' || (texts[1] ?? -1) >= texts[0])) return true
  if (from === 'text' && to === 'character varying') return true
  return isRoomier(digitsOf(from), digitsOf(to))
}

/** Of a type with a length; infinite where it says none. */
function limitOf(type: string, name: string): number | undefined {
  if (type === name) return Infinity
  const [, limit] = new RegExp(`^${name}\\((\\d+)\\)$`).exec(type) ?? []
  return limit === undefined ? undefined : Number(limit)
}

interface Digits {
  readonly whole: number
  readonly fraction: number
}

function digitsOf(type: string): Digits | undefined {
  if (type === 'numeric') return { whole: Infinity, fraction: Infinity }
  const [, precision, scale] = /^numeric\((\d+),(\d+)\)$/.exec(type) ?? []
  if (precision === undefined || scale === undefined) return undefined
  return { whole: Number(precision) - Number(scale), fraction: Number(scale) }
}

function isRoomier(from: Digits | undefined, to: Digits | undefined): boolean {
  return from !== undefined && to !== undefined && to.whole >= from.whole && to.fraction >= from.fraction
}
