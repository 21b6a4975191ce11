const longestLine = 110

/** JSON that reads well in a review: what fits on a line is on one, and the text ends with a newline. */
export function reviewableJson(value: unknown): string {
  return `${written(value, '')}\n`
}

function written(value: unknown, indent: string, before = 0): string {
  const line = onOneLine(value)
  const fits = indent.length + before + line.length <= longestLine
  if (typeof value !== 'object' || value === null || (fits && !isListOfThings(value))) return line
  const deeper = `${indent}  `
  if (Array.isArray(value)) {
    const items = value.map((item) => `${deeper}${written(item, deeper)}`)
    return `[\n${items.join(',\n')}\n${indent}]`
  }
  const members = membersOf(value).map(([name, member]) => {
    const key = `${JSON.stringify(name)}: `
    return `${deeper}${key}${written(member, deeper, key.length)}`
  })
  return `{\n${members.join(',\n')}\n${indent}}`
}

/** Each of several things has a line of its own, so that one more is one line more. */
function isListOfThings(value: object): boolean {
  return Array.isArray(value) && value.length > 1 && value.some((item) => typeof item === 'object')
}

function onOneLine(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null)
  if (Array.isArray(value)) return `[${value.map(onOneLine).join(', ')}]`
  const members = membersOf(value).map(([name, member]) => `${JSON.stringify(name)}: ${onOneLine(member)}`)
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`
}

function membersOf(value: object): [string, unknown][] {
  return Object.entries(value).filter(([, member]) => member !== undefined)
}
