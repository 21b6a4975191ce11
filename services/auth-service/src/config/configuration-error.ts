/** The service cannot start as it was configured. `message` says what is wrong and what to do. */
export class ConfigurationError extends Error {
  /**
   * @param what - What is wrong.
   * @param fix - What to do about it.
   * @param cause - The error underneath.
   */
  constructor(what: string, fix: string, cause?: unknown) {
    super(`${what} ${fix}`, cause === undefined ? undefined : { cause })
    this.name = 'ConfigurationError'
  }
}
