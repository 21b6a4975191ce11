import type { Queryable } from '../database/index.js'
import { prepared } from '../statements/prepared.js'

/** Which projection of which service. */
export interface ProjectionName {
  readonly service: string
  readonly table: string
}

/** What a build is: served, being built beside the one that is, or replaced and kept. */
export type BuildPlace = 'live' | 'building' | 'retired'

/** A build of a projection, as the database has it. */
export interface Build {
  readonly build: number
  readonly place: BuildPlace
  readonly begunAt: Date
  /** When it came to its place. */
  readonly changedAt: Date
  readonly problem: string | undefined
  /** How far its slowest lane has come, by source. */
  readonly positions: Readonly<Record<string, number>>
}

interface Row {
  readonly build: number
  readonly state: BuildPlace
  readonly begun_at: Date
  readonly changed_at: Date
  readonly problem: string | null
  readonly positions: Record<string, number> | null
}

const reading = prepared(
  `select b.build, b.state, b.begun_at, b.changed_at, b.problem, p.positions
   from freehold.projection_build b
   cross join lateral (
     select jsonb_object_agg(s.source, s.position) as positions
     from (
       select l.source, min(l.position) as position
       from freehold.consumer_lane l
       where l.service = b.service and l.consumer = replace(b.projection, '_', '-') || '-' || b.build
       group by l.source
     ) s
   ) p
   where b.service = $1 and b.projection = $2 and b.state <> 'discarded'
   order by b.build`,
)

/** The name of the consumer of a build: its cursors, and what it has parked, stay with its table. */
export function consumerOf(table: string, build: number): string {
  return `${table.replaceAll('_', '-')}-${build}`
}

/**
 * The builds of a projection that there are, with their progress.
 *
 * @param db - The service's own database.
 */
export async function projectionBuilds(db: Queryable, { service, table }: ProjectionName): Promise<Build[]> {
  const { rows } = await db.query<Row>({ ...reading, values: [service, table] })
  return rows.map((row) => ({
    build: row.build,
    place: row.state,
    begunAt: row.begun_at,
    changedAt: row.changed_at,
    problem: row.problem ?? undefined,
    positions: row.positions ?? {},
  }))
}
