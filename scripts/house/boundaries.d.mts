/** An import that points the wrong way. */
export interface BrokenBoundary {
  rule: string
  /** What the rule is for. */
  why: string
  from: string
  to: string
}

/** Imports that point the wrong way, among the given places of the folder, and how many modules were seen. */
export function brokenBoundaries(
  folder: string,
  places: readonly string[],
): Promise<{ modules: number; broken: BrokenBoundary[] }>
