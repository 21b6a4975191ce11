import type pg from 'pg'
import type { ExpectedDatabase } from '../../provisioning/expected.js'
import { sqlFile } from '../../provisioning/sql-files.js'
import type { Finding } from '../finding.js'
import { namesInBody } from './names-in-body.js'
import { violations } from './ownership-rules.js'

/** Reads the functions that are in the schemas of services: whether each speaks only of what its service owns. */
export async function checkBodies(client: pg.Client, { services }: ExpectedDatabase): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const service of services) {
    const base = { chapter: 'static', id: 'functions', service: service.name, against: 'functions' } as const
    const { rows } = await client.query<{ name: string; language: string; source: string }>(
      sqlFile('proving/static/bodies.sql'),
      [service.schema],
    )
    for (const { name, language, source } of rows) {
      const read = await namesInBody(language, source)
      if (read === undefined || read.isDynamic)
        findings.push({
          ...base,
          what: `${name} speaks of nothing that is not its own`,
          verdict: 'not looked at',
          says: read === undefined ? 'the parser cannot read it' : 'it builds statements as it runs',
          optional: true,
        })
      for (const violation of new Set((read?.names ?? []).flatMap((names) => violations(service, names))))
        findings.push({
          ...base,
          what: `${name} ${violation}`,
          verdict: 'failed',
          says: 'expected: a function speaks of what its service owns',
          repair: "Change it in a migration: what is another service's is asked for by its API.",
        })
    }
    if (!findings.some(({ service: of, verdict }) => of === service.name && verdict === 'failed'))
      findings.push({
        ...base,
        what: `${rows.length} functions speak of nothing that is not their own`,
        verdict: 'held',
      })
  }
  return findings
}
