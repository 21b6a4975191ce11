import { FreeholdError, projectionRefusal, projectionSentence } from '@freehold/manifest/errors'
import pg from 'pg'
import { sqlFile } from '../provisioning/sql-files.js'

/** A build of a projection: the one that is served, one that is being built, or one that was replaced. */
export interface ProjectionBuild {
  readonly build: number
  readonly state: 'live' | 'building' | 'retired'
  readonly begunAt: Date
  /** When it came to its place. */
  readonly changedAt: Date
  /** Why a rebuild stands still. */
  readonly problem: string | null
  /** How far it has come, by source. */
  readonly positions: Readonly<Record<string, number>>
}

/** What a rebuild says beside what the live build says. */
export interface ProjectionComparison {
  readonly live: { readonly digest: string; readonly rows: number }
  readonly rebuild: { readonly digest: string; readonly rows: number }
  /** Whether both have come to one position of each source: only then does a difference mean something. */
  readonly isAligned: boolean
  readonly isSame: boolean
  /** Ten keys at most. */
  readonly differences: readonly {
    readonly key: string
    readonly inLive: boolean
    readonly inRebuild: boolean
  }[]
}

/** What can be done to a projection without its handlers. */
export interface ProjectionOperations {
  builds(): Promise<ProjectionBuild[]>
  /** Wishes for a rebuild, which the running service makes. @returns Its number. */
  rebuild(): Promise<number>
  /** Compares the rebuild with the live build, in one snapshot. */
  compare(): Promise<ProjectionComparison>
  /** Puts the rebuild with that digest into the live one's place. */
  swap(digest: string): Promise<void>
  /** Puts the build that was replaced into its place again. */
  rollback(): Promise<void>
  /** Drops the build beside the live one. @returns Its number; undefined when there is none. */
  discard(): Promise<number | undefined>
}

/**
 * @param client - A session of the service.
 * @returns Functions that throw FreeholdError `FREEHOLD_PROJECTION_…` for what the database refuses.
 */
export function projectionOperations(
  client: pg.Client,
  service: string,
  table: string,
): ProjectionOperations {
  const asked = async <Row extends object>(text: string, values: unknown[]): Promise<Row[]> => {
    try {
      return (await client.query<Row>(text, values)).rows
    } catch (error) {
      throw refused(error, table)
    }
  }
  const builds = async (): Promise<ProjectionBuild[]> =>
    (await asked<BuildRow>(sqlFile('projections/builds.sql'), [service, table])).map(buildOf)
  const digestOf = async (state: string): Promise<{ digest: string; rows: number }> => {
    const text = 'select digest, row_count from freehold.digest_projection($1, $2)'
    const [row] = await asked<{ digest: string; row_count: string }>(text, [table, state])
    return { digest: row?.digest ?? '', rows: Number(row?.row_count ?? 0) }
  }
  const differences = async (): Promise<ProjectionComparison['differences']> => {
    const text = 'select key, in_live, in_rebuild from freehold.compare_projection($1, 10)'
    const rows = await asked<{ key: string; in_live: boolean; in_rebuild: boolean }>(text, [table])
    return rows.map((row) => ({ key: row.key, inLive: row.in_live, inRebuild: row.in_rebuild }))
  }
  return {
    builds,
    async rebuild() {
      const [row] = await asked<{ build: number }>('select freehold.begin_rebuild($1) as build', [table])
      return row?.build ?? 0
    },
    async compare() {
      await client.query('begin isolation level repeatable read read only')
      try {
        const live = await digestOf('live')
        const rebuild = await digestOf('building')
        const places = await builds()
        const [one, other] = ['live', 'building'].map((state) =>
          JSON.stringify(places.find((build) => build.state === state)?.positions),
        )
        const isSame = live.digest === rebuild.digest
        const isAligned = one === other
        return { live, rebuild, isAligned, isSame, differences: isSame ? [] : await differences() }
      } finally {
        await client.query('rollback')
      }
    },
    async swap(digest) {
      await asked('select freehold.swap_projection($1, $2)', [table, digest])
    },
    async rollback() {
      await asked('select freehold.rollback_projection($1)', [table])
    },
    async discard() {
      const [row] = await asked<{ build: number | null }>('select freehold.discard_build($1) as build', [
        table,
      ])
      return row?.build ?? undefined
    },
  }
}

interface BuildRow extends Omit<ProjectionBuild, 'begunAt' | 'changedAt'> {
  readonly begun_at: Date
  readonly changed_at: Date
}

function buildOf({ begun_at, changed_at, ...row }: BuildRow): ProjectionBuild {
  return { ...row, begunAt: begun_at, changedAt: changed_at }
}

function refused(error: unknown, table: string): unknown {
  if (!(error instanceof pg.DatabaseError)) return error
  const code = projectionRefusal(error)
  if (code === undefined) return error
  return new FreeholdError(code, {
    message: projectionSentence(table, error.message),
    ...(error.hint !== undefined && { fix: error.hint }),
    details: { table },
    cause: error,
  })
}
