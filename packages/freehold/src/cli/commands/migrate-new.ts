import { serviceNamed } from '@freehold/manifest'
import { join } from 'node:path'
import { displayPath } from '../../migrations/display-path.js'
import { newMigration } from '../../migrations/new-migration.js'
import type { GlobalFlags } from '../flags.js'
import type { Answer, Invocation } from '../invocation.js'

/** `freehold migrate new` */
export async function migrateNew(
  { workspace }: Invocation<GlobalFlags>,
  serviceName: string,
  name: string,
): Promise<Answer> {
  const { system, root } = await workspace()
  const service = serviceNamed(system, serviceName)
  const file = await newMigration({ service, directory: join(root, service.migrations), name })
  return { json: { service: service.name, file }, text: displayPath(file) }
}
