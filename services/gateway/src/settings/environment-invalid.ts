/** The environment asks for something that cannot be. `problems` holds one line for each thing. */
export class EnvironmentInvalid extends Error {
  readonly problems: readonly string[]

  /** @param problems - One line each, beginning with the variable's name. */
  constructor(problems: readonly string[]) {
    super(
      `The gateway cannot start with this environment:\n${problems.map((problem) => `  ${problem}`).join('\n')}`,
    )
    this.name = 'EnvironmentInvalid'
    this.problems = problems
  }
}
