/** An environment to take variables from. */
export type Environment = Readonly<Record<string, string | undefined>>

/** What any process needs to run at all. */
const common = ['PATH', 'HOME', 'NODE_ENV', ...(process.platform === 'win32' ? ['SystemRoot', 'TEMP'] : [])]

/**
 * The whole environment of a process: what any process needs, what was set for this one by name, and what we decide.
 * Everything else stays with us, above all other processes' secrets.
 *
 * @param env - Our own environment.
 * @param settable - The names of the variables that may be set for this process from outside.
 * @param decided - What we decide; it wins.
 */
export function environmentOf(
  env: Environment,
  settable: readonly string[],
  decided: Readonly<Record<string, string>>,
): Record<string, string> {
  const taken = [...common, ...settable].flatMap((name): [string, string][] => {
    const value = env[name]
    return value === undefined ? [] : [[name, value]]
  })
  return { ...Object.fromEntries(taken), ...decided }
}
