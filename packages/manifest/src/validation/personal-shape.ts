import type { ShapeReport } from './report.js'
import { isRecord, onlyKeys, text } from './values.js'

/** What a purpose looks like: it is a part of each envelope. */
export const purposePattern = '^[a-z][a-z0-9_]{0,62}$'

const example = "Write personal: { subject: 'user_id', fields: ['email'] }."

/** What has the wrong shape in what is marked as personal. */
export function personalShape(personal: unknown, path: string, report: ShapeReport): void {
  if (!isRecord(personal)) {
    report.wrong(path, 'does not say what is personal', example)
    return
  }
  onlyKeys(personal, ['subject', 'fields', 'purpose'], path, report)
  text(personal['subject'], `${path}.subject`, report)
  const { fields, purpose } = personal
  if (!Array.isArray(fields) || fields.length === 0 || !fields.every(isNamed)) {
    report.wrong(`${path}.fields`, 'is not a list with at least one name', example)
  } else if (new Set(fields).size < fields.length) {
    report.wrong(`${path}.fields`, 'names something twice', 'Name each once.')
  }
  if ('purpose' in personal && !(typeof purpose === 'string' && new RegExp(purposePattern).test(purpose))) {
    const fix =
      'Use lower case letters, digits and underscores, beginning with a letter: at most 63 characters.'
    report.wrong(`${path}.purpose`, 'is not the name of a purpose', fix)
  }
}

function isNamed(name: unknown): boolean {
  return typeof name === 'string' && name !== ''
}
