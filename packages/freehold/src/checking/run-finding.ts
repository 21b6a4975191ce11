import { relative, sep } from 'node:path'
import type { Service } from '@freehold/manifest'
import type { FreeholdError } from '@freehold/manifest/errors'
import type { CheckFinding } from './finding.js'

/** What the runner would refuse, or has refused, as a finding: `FREEHOLD_MIGRATION_SYNTAX` is `migration/syntax`. */
export function findingOfRun(error: FreeholdError, service: Service, root: string): CheckFinding {
  const { file, line, column } = error.details as { file?: string; line?: number; column?: number }
  return {
    rule: error.code.replace('FREEHOLD_MIGRATION_', 'migration/').toLowerCase().replaceAll('_', '-'),
    severity: 'error',
    service: service.name,
    message: error.message,
    fix: error.fix,
    place: {
      file: file === undefined ? service.migrations : pathIn(root, file),
      ...(line !== undefined && { line }),
      ...(column !== undefined && { column }),
    },
  }
}

/** A path as findings have it: relative to the folder of the configuration. */
export function pathIn(root: string, path: string): string {
  return relative(root, path).split(sep).join('/')
}
