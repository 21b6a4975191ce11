/** One thing that is wrong in a manifest. */
export interface ManifestProblem {
  /** Where: `services.notes.owns.notes.history`. */
  readonly path: string
  /** What is wrong. */
  readonly message: string
  /** What to do. */
  readonly fix: string
}

/** One message for all problems, two lines each. */
export function describeProblems(system: unknown, problems: readonly ManifestProblem[]): string {
  const given = typeof system === 'object' && system !== null && 'name' in system ? system.name : undefined
  const name = typeof given === 'string' ? `"${given}" ` : ''
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`
  const lines = problems.map(({ path, message, fix }) => `  ${path}: ${message}\n    ${fix}`)
  return `The manifest ${name}has ${count}:\n${lines.join('\n')}`
}
