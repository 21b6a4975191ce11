import { serviceSettings, type PersonalServiceSettings } from '@freehold/runtime/fastify'

/**
 * Reads the settings of the notes-service.
 *
 * @param env - The environment.
 * @throws FreeholdError FREEHOLD_ENVIRONMENT_INVALID with everything that is wrong.
 */
export function settingsFrom(env: Readonly<Record<string, string | undefined>>): PersonalServiceSettings {
  return serviceSettings(env, {
    service: 'notes-service',
    defaultPort: 8083,
    isPersonal: true,
    hears: ['user', 'auth'],
  })
}
