import { join } from 'node:path'
import type { Service } from '@freehold/manifest'
import { isFreeholdError } from '@freehold/manifest/errors'
import { parseMigration, readMigrations } from '../../migrations/index.js'
import type { Finding } from '../finding.js'
import { namesInBody } from './names-in-body.js'
import { namesIn, type SqlNames } from './names-in-sql.js'
import { violations } from './ownership-rules.js'

/** Reads the migrations of services, and whether each speaks only of what its service owns. */
export async function checkMigrations(root: string, services: readonly Service[]): Promise<Finding[]> {
  const findings = await Promise.all(
    services.map((service) => ofService(service, join(root, service.migrations))),
  )
  return findings.flat()
}

async function ofService(service: Service, folder: string): Promise<Finding[]> {
  const base = { chapter: 'static', id: 'migrations', service: service.name, against: 'migrations' } as const
  try {
    const findings: Finding[] = []
    for (const file of await readMigrations(folder)) {
      const { statements } = await parseMigration(file)
      const wrong: Finding[] = []
      for (const { text, line } of statements)
        for (const violation of await violationsOf(service, text))
          wrong.push({
            ...base,
            what: `${file.fileName}:${line} ${violation}`,
            verdict: 'failed',
            says: 'expected: a migration speaks of what its service owns',
            repair:
              'Leave it to the service, or to the platform, whose it is; an applied migration is undone by a new one.',
          })
      findings.push(
        ...(wrong.length > 0
          ? wrong
          : [
              {
                ...base,
                what: `${file.fileName} speaks of nothing that is not its own`,
                verdict: 'held',
              } as const,
            ]),
      )
    }
    return findings
  } catch (error) {
    if (!isFreeholdError(error)) throw error
    return [
      {
        ...base,
        what: 'its migrations speak of nothing that is not its own',
        verdict: 'not looked at',
        says: error.message,
        repair: error.fix,
      },
    ]
  }
}

async function violationsOf(service: Service, text: string): Promise<string[]> {
  const names = await namesIn(text)
  if (names === undefined) return ['cannot be read by the parser']
  const bodies = await Promise.all(names.bodies.map((body) => namesInBody(body.language, body.text)))
  const inside: readonly SqlNames[] = bodies.flatMap((body) => body?.names ?? [])
  return [...new Set([names, ...inside].flatMap((each) => violations(service, each)))]
}
