import type { ApiChange } from './change.js'
import type { Comparison } from './exchange.js'
import { canonicalMediaType } from './document/media-types.js'
import type { Media } from './document/operation.js'
import { plain, type Plain } from './document/pointer.js'

/** Members of forms that are written another way than they were. */
export function encodingChanges(old: Media, now: Media, { say, where }: Comparison): ApiChange[] {
  const members = new Set([...Object.keys(old.encoding), ...Object.keys(now.encoding)])
  return [...members].flatMap((member): ApiChange[] => {
    const [before, after] = [plain(old.encoding[member]), plain(now.encoding[member])]
    const text = `${where}: ${member} is written another way`
    if (styleOf(before) !== styleOf(after))
      return [say('error', 'encoding-changed', `${text} (style and explode)`)]
    const [had, has] = [typesOf(before), typesOf(after)]
    const isKept = had.length === 0 ? has.length === 0 : had.every((type) => has.includes(type))
    if (isKept) return []
    // Without one it follows from the schema.
    const severity = had.length > 0 && has.length > 0 ? 'error' : 'warning'
    return [say(severity, 'encoding-changed', `${text} (content type)`)]
  })
}

function styleOf({ style, explode }: Plain): string {
  const known = typeof style === 'string' ? style : 'form'
  return `${known} ${typeof explode === 'boolean' ? explode : known === 'form'}`
}

function typesOf({ contentType }: Plain): string[] {
  return typeof contentType === 'string' ? contentType.split(',').map(canonicalMediaType) : []
}
