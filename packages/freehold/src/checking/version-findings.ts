import { join } from 'node:path'
import type { Service } from '@freehold/manifest'
import { readMigrations } from '../migrations/index.js'
import type { CheckFinding } from './finding.js'
import type { ReleasedVersion } from './released-version.js'

/** Without a version nobody knows what is compared with what, and there is no verdict. */
export function versionMissing(
  service: Service,
  version: string | undefined,
  releases: readonly ReleasedVersion[],
): CheckFinding[] {
  if (version !== undefined || releases.length === 0) return []
  return [
    {
      rule: 'release/no-version',
      severity: 'warning',
      service: service.name,
      message: 'The package.json of the service says no version, so there is no verdict on a deploy.',
      fix: 'Give it a `version` of the form 1.4.0.',
    },
  ]
}

/** That the working tree has migrations which the release of its version has not. Files that cannot be read are linted. */
export async function migrationsBeyond(
  root: string,
  service: Service,
  { version, migrations }: ReleasedVersion,
): Promise<CheckFinding | undefined> {
  const files = await readMigrations(join(root, service.migrations)).catch(() => [])
  const beyond = files.filter(({ name }) => !migrations.some((released) => released.name === name))
  const [first] = beyond
  if (first === undefined || files.length <= migrations.length) return undefined
  const count = beyond.length === 1 ? 'a migration' : `${beyond.length} migrations`
  return {
    rule: 'release/version-not-raised',
    severity: 'warning',
    service: service.name,
    message: `The working tree has ${count} that ${version} has not, and ${version} was released.`,
    fix: 'Raise `version` in the package.json of the service.',
    place: { file: `${service.migrations}/${first.fileName}` },
  }
}
