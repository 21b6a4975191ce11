import { join } from 'node:path'
import { rolesOf, serviceNamed, type Service } from '@freehold/manifest'
import { FreeholdError } from '@freehold/manifest/errors'
import { evolve, parseEvolution, versionsOf, writePath } from '../../evolving/index.js'
import type { Evolution, EvolutionFlags, EvolutionPath } from '../../evolving/index.js'
import { durationMs } from '../../migrations/directives.js'
import { displayPath } from '../../migrations/display-path.js'
import { migratorUrl } from '../../migrations/migrator-url.js'
import { newMigration, requireMigrationName } from '../../migrations/new-migration.js'
import { placeFor, type PlaceForFiles } from '../../migrations/place-for-files.js'
import { openSession } from '../../migrations/session.js'
import { compareVersions, parseVersion } from '../../migrations/version-range.js'
import type { GlobalFlags } from '../flags.js'
import type { Answer, Invocation } from '../invocation.js'

/** What a new migration is for; an empty one without any. */
export interface NewMigrationFlags extends GlobalFlags, EvolutionFlags {
  readonly after: string
  readonly current?: string
  readonly next?: string
  readonly beforeContracts: boolean
}

/** `freehold migrate new` */
export async function migrateNew(
  invocation: Invocation<NewMigrationFlags>,
  serviceName: string,
  name: string,
): Promise<Answer> {
  const { flags, workspace } = invocation
  const evolution = parseEvolution(flags)
  const opened = await workspace()
  const service = serviceNamed(opened.system, serviceName)
  const directory = join(opened.root, service.migrations)
  const { beforeContracts } = flags
  requireMigrationName(name)
  if (!evolution) {
    const place = await placeFor(await opened.migrations(), { service, count: 1, beforeContracts })
    const file = await newMigration({ service, directory, name, number: place.number })
    return answer({ service: service.name, file }, [displayPath(file)], place)
  }
  const path = await pathOf(invocation, service, evolution, name, directory)
  const count = path.steps.filter(({ contract }) => contract === undefined).length
  const place = await placeFor(await opened.migrations(), { service, count, beforeContracts })
  const files = await writePath(service, directory, name, path, place.number)
  const { advice } = path
  return answer({ service: service.name, files, advice }, files.map(displayPath), place, advice)
}

function answer(
  json: object,
  files: readonly string[],
  { moved, notAsked, told }: PlaceForFiles,
  advice: readonly string[] = [],
): Answer {
  const sentences = [...told, ...advice].map((sentence) => `- ${sentence}`)
  return {
    json: { ...json, ...(moved.length > 0 && { moved }), ...(notAsked !== undefined && { notAsked }) },
    text: [...files, ...(sentences.length > 0 ? ['', ...sentences] : [])].join('\n'),
  }
}

async function pathOf(
  { flags, workspace }: Invocation<NewMigrationFlags>,
  service: Service,
  evolution: Evolution,
  path: string,
  directory: string,
): Promise<EvolutionPath> {
  const { after: unusedFor, current, next } = flags
  const versions =
    current !== undefined && next !== undefined ? { current, next } : await versionsOf(service, directory)
  const known = { current: current ?? versions.current, next: next ?? versions.next }
  requireForms(known, unusedFor)
  const { system, credentials } = await (await workspace()).migrations()
  const url = await migratorUrl(system, credentials, service)
  if (url === undefined) {
    throw new FreeholdError('FREEHOLD_CREDENTIALS_MISSING', {
      message: `${rolesOf(service).migrator} has no credentials, and a path is written for the table as the database has it.`,
      fix: `Run \`freehold apply\` and \`freehold migrate up\` on a server of yours, such as that of \`npm start\`; or write the files by hand into ${displayPath(directory)}.`,
      details: { service: service.name, role: 'migrator' },
    })
  }
  const session = await openSession({
    url,
    applicationName: `freehold migrate new ${service.name}`,
    waitMs: 5_000,
  })
  try {
    return await evolve(session, service, evolution, {
      path,
      unusedFor,
      ...known,
    })
  } finally {
    await session.end()
  }
}

function requireForms({ current, next }: { current: string; next: string }, unusedFor: string): void {
  const [from, to] = [parseVersion(current), parseVersion(next)]
  const problem =
    !from || !to
      ? '--current and --next take versions, such as 1.2.0.'
      : compareVersions(from, to) >= 0
        ? `${next} does not come after ${current}: --next takes the version that brings the new shape.`
        : durationMs(unusedFor) === undefined
          ? '--after takes a time such as "1 day", "12 hours" or "2 weeks".'
          : undefined
  if (problem !== undefined) throw new FreeholdError('FREEHOLD_CLI_USAGE', { message: problem })
}
