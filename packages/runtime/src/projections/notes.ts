import type { Queryable } from '../database/index.js'
import { prepared } from '../statements/prepared.js'
import type { Verification } from './verification.js'

/** A build, by its number: of one that has moved since, nothing is noted. */
interface Noted {
  readonly service: string
  readonly table: string
  readonly build: number
  readonly place: string
}

const ofBuild = 'service = $1 and projection = $2 and build = $3 and state = $4'
const problem = prepared(`update freehold.projection_build set problem = $5 where ${ofBuild}`)
const verified = prepared(`update freehold.projection_build set verified = $5::text::jsonb where ${ofBuild}`)

/** Why a build stands still, for whoever looks at it from elsewhere. */
export async function noteProblem(db: Queryable, noted: Noted, text: string | undefined): Promise<void> {
  await db.query({ ...problem, values: [...named(noted), text?.slice(0, 4_000) ?? null] })
}

/** How a build was found to be. A swap asks for it. */
export async function noteVerified(db: Queryable, noted: Noted, verification: Verification): Promise<void> {
  await db.query({ ...verified, values: [...named(noted), JSON.stringify(verification)] })
}

function named({ service, table, build, place }: Noted): unknown[] {
  return [service, table, build, place]
}
