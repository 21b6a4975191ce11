import type { ShapeReport } from './report.js'

/** Whether it is an object with properties, and not null or a list. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Reports what has no meaning in a manifest: a misspelt property would be silently without effect. */
export function onlyKeys(
  value: Record<string, unknown>,
  known: readonly string[],
  path: string,
  report: ShapeReport,
): void {
  for (const key of Object.keys(value)) {
    if (known.includes(key)) continue
    const fix = `Remove it, or use one of: ${known.join(', ')}.`
    report.surplus([path, key || '""'].filter(Boolean).join('.'), 'is not a property of a manifest', fix)
  }
}

/** Reports what is not a text with something in it. */
export function text(value: unknown, path: string, report: ShapeReport): value is string {
  if (typeof value === 'string' && value.length > 0) return true
  report.wrong(path, 'is not a non-empty text', 'Give it a name in quotes.')
  return false
}
