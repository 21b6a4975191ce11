import { isAbsolute, relative } from 'node:path'

/** A path as a person would type it here: relative to the current folder when it lies inside. */
export function displayPath(path: string): string {
  const from = relative(process.cwd(), path)
  return from === '' || from.startsWith('..') || isAbsolute(from) ? path : from
}
