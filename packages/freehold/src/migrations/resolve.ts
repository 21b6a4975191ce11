import { FreeholdError } from '@freehold/manifest/errors'
import type { Service, System } from '@freehold/manifest'
import { patienceOf } from './patience.js'
import { recordAttempt, recordStep } from './recording.js'
import { readRecords, type Attempt } from './records.js'
import { answered, closeSession } from './session.js'
import { takeTurn } from './take-turn.js'

/** What a person found out about a statement whose end no run saw. */
export interface Resolution {
  readonly system: Pick<System, 'name'>
  readonly service: Service
  /** The migrator's. */
  readonly url: string
  /** The number of the migration. */
  readonly number: number
  /** The statement, from 1. */
  readonly step: number
  /** It is done and does not run again, or it is not and does. */
  readonly found: 'done' | 'again'
}

const waitMs = 5_000

/**
 * Writes down how a statement ended that the journal has as begun, so that the next run can go on.
 *
 * @returns The attempt that is resolved by it.
 * @throws FreeholdError `FREEHOLD_MIGRATION_NOTHING_TO_RESOLVE` when the journal has no such statement open, and
 *   `FREEHOLD_MIGRATION_LOCKED` while a run is under way.
 */
export async function resolveStatement(resolution: Resolution): Promise<Attempt> {
  const { system, service, url, number, step, found } = resolution
  const applicationName = `freehold resolve ${service.name}`
  const patience = patienceOf(waitMs)
  const { session } = await takeTurn({
    system,
    service,
    url,
    applicationName,
    patience,
    silenceMs: waitMs,
  })
  try {
    const { attempts } = await answered(waitMs, () => readRecords(session, service))
    const open = attempts.filter(({ event }) => event === 'begun')
    const attempt = open.find((made) => made.number === number && made.step === step)
    if (!attempt) throw nothingOpen(resolution, open)
    const { checksum } = attempt
    await (found === 'done'
      ? recordStep(session, service, { number, step, checksum })
      : recordAttempt(session, service, { number, step, checksum, event: 'again' }))
    return attempt
  } finally {
    await closeSession(session)
  }
}

function nothingOpen({ service, number, step }: Resolution, open: readonly Attempt[]): FreeholdError {
  const others = open.map((made) => `statement ${made.step} of migration ${made.number}`)
  const instead = others.length === 0 ? 'None is.' : `Open: ${others.join(', ')}.`
  return new FreeholdError('FREEHOLD_MIGRATION_NOTHING_TO_RESOLVE', {
    message: `Statement ${step} of migration ${number} of "${service.name}" is not open. ${instead}`,
    details: { service: service.name, number, step },
  })
}
