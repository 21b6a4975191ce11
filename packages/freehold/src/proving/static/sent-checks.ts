import type { Service, System } from '@freehold/manifest'
import type pg from 'pg'
import { sentStatements } from '../../statistics/sent-statements.js'
import type { Finding } from '../finding.js'
import { mark } from '../make-attacks.js'
import { namesIn } from './names-in-sql.js'
import { violations } from './ownership-rules.js'

/**
 * Reads the statements that services really sent, where `pg_stat_statements` remembers them. It is looked for in the
 * administrator's database, since in theirs it would tell each service what its neighbours do.
 */
export async function checkSent(
  client: pg.Client,
  system: System,
  services: readonly Service[],
): Promise<Finding[]> {
  const findings: Finding[] = []
  for (const service of services) {
    const base = { chapter: 'static', id: 'sent', service: service.name, against: 'statements' } as const
    const sent = await sentStatements(client, system, service)
    if (sent === undefined) {
      findings.push({
        ...base,
        what: 'the statements that it sends speak of nothing that is not its own',
        verdict: 'not looked at',
        says: "pg_stat_statements is not installed in the administrator's database",
        optional: true,
      })
      continue
    }
    findings.push(...(await judged(service, base, sent)))
  }
  return findings
}

async function judged(
  service: Service,
  base: Pick<Finding, 'chapter' | 'id' | 'service' | 'against'>,
  sent: readonly string[],
): Promise<Finding[]> {
  const wrong: Finding[] = []
  for (const query of sent) {
    // Our own attacks were sent by the same role; a statement that is cut off is none.
    if (query.includes(mark)) continue
    const names = await namesIn(query)
    for (const violation of names === undefined ? [] : violations(service, names))
      wrong.push({
        ...base,
        what: `a statement ${violation}`,
        verdict: 'failed',
        says: query.slice(0, 200),
        repair: 'Ask the service whose it is by its API, or hear its events.',
      })
  }
  if (wrong.length > 0) return wrong
  return [
    { ...base, what: `${sent.length} statements speak of nothing that is not its own`, verdict: 'held' },
  ]
}
