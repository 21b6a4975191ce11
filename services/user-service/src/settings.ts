import { serviceSettings, type PersonalServiceSettings } from '@freehold/runtime/fastify'

/**
 * Reads the settings of the user-service.
 *
 * @param env - The environment.
 * @throws FreeholdError FREEHOLD_ENVIRONMENT_INVALID with everything that is wrong.
 */
export function settingsFrom(env: Readonly<Record<string, string | undefined>>): PersonalServiceSettings {
  return serviceSettings(env, {
    service: 'user-service',
    defaultPort: 8082,
    isPersonal: true,
    hears: ['auth', 'notes'],
  })
}
