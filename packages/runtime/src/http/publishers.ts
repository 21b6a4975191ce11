/** Where the services are whose events are heard. */
export interface Publishers {
  /** Their URLs, by their names. */
  readonly urls: Readonly<Record<string, string>>
  readonly problems: readonly string[]
}

/**
 * Reads <NAME>_URL of each service that is heard.
 *
 * @param env - The environment.
 * @param hears - The names of the services. One whose URL is known already is given with it.
 * @param areNeeded - Whether they must be set.
 */
export function publishersIn(
  env: Readonly<Record<string, string | undefined>>,
  hears: readonly (string | readonly [name: string, url: string])[],
  areNeeded: boolean,
): Publishers {
  const given = hears.map((each) =>
    typeof each === 'string' ? ([each, env[urlNameOf(each)] ?? ''] as const) : each,
  )
  const urls = given.filter(([, url]) => url !== '' || areNeeded)
  const wrong = urls.filter(([, url]) => !URL.canParse(url))
  return {
    urls: Object.fromEntries(urls),
    problems: wrong.map(([name]) => `${urlNameOf(name)} must say where the ${name}-service is.`),
  }
}

function urlNameOf(service: string): string {
  return `${service.toUpperCase()}_URL`
}
