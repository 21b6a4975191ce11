import { dirname, join } from 'node:path'
import type { Service } from '@freehold/manifest'
import { newMigration } from '../migrations/new-migration.js'
import { parseVersion } from '../migrations/version-range.js'
import { versionIn } from '../releases/service-version.js'
import type { EvolutionPath, PathStep } from './evolution.js'
import { refused } from './refuse.js'

/**
 * Writes the files of a path, numbered from the next free number on.
 *
 * @param path - The name of the path, as a migration is named.
 * @param from - Free numbers for what is no contract step begin here; the next one of all when absent.
 * @returns The files.
 * @throws FreeholdError what `newMigration` throws.
 */
export async function writePath(
  service: Pick<Service, 'name'>,
  directory: string,
  path: string,
  { steps }: EvolutionPath,
  from?: number,
): Promise<string[]> {
  const files: string[] = []
  for (const [index, step] of steps.entries()) {
    const name = `${path}_${step.name}`
    const number = from === undefined || step.contract !== undefined ? undefined : from + index
    files.push(await newMigration({ service, directory, name, text: stepText(path, step), number }))
  }
  return files
}

/** The text of a step's file: what it is, what it does, and its SQL. */
export function stepText(path: string, step: PathStep): string {
  const head = [
    `${path.replaceAll('_', ' ')}: ${step.name}`,
    `freehold: phase ${step.phase} of ${path}`,
    `freehold: compatible with ${step.compatible}`,
    ...(step.contract === undefined ? [] : [`freehold: contract ${step.contract}`]),
    '',
    ...step.about.flatMap(wrapped),
  ]
  return `${head.map((line) => `-- ${line}`.trimEnd()).join('\n')}\n\n${step.sql.trim()}\n`
}

/**
 * The version of a service, from the package.json in its folder, and the next minor one.
 *
 * @throws FreeholdError `FREEHOLD_EVOLUTION_REFUSED` when it has none.
 */
export async function versionsOf(
  service: Pick<Service, 'name'>,
  directory: string,
): Promise<{ current: string; next: string }> {
  const folder = dirname(directory)
  const version = await versionIn(folder)
  const parsed = version === undefined ? undefined : parseVersion(version)
  if (version === undefined || !parsed) {
    throw refused(
      `"${service.name}"`,
      `${join(folder, 'package.json')} has no version of the service.`,
      'Give it one there, or say --current and --next.',
    )
  }
  const [major, minor] = parsed
  return { current: version, next: `${major}.${minor + 1}.0` }
}

const width = 116

function wrapped(paragraph: string): string[] {
  const lines = ['']
  for (const word of paragraph.split(' ')) {
    const last = lines.at(-1) ?? ''
    if (last === '') lines.splice(-1, 1, word)
    else if (last.length + 1 + word.length <= width) lines.splice(-1, 1, `${last} ${word}`)
    else lines.push(word)
  }
  return lines
}
