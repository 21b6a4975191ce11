import { relative } from 'node:path'

/** A duration for people: `0.4 s`. */
export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`
}

/** A path as short as it can be said from here. */
export function shortPath(path: string, from: string): string {
  const short = relative(from, path)
  return short === '' || short.startsWith('..') ? path : short
}
