import type { CompletePart, LogName, PartRun } from '@freehold/proof'
import type { Queryable } from '../database/index.js'

/** Parts of the tree of a log as the database keeps them; segments are those of height 0. */
export async function treeParts(
  db: Queryable,
  { service, log }: LogName,
  runs: readonly PartRun[],
): Promise<CompletePart[]> {
  const { rows } = await db.query<{ height: number; number: number | string; hash: Buffer }>({
    name: 'freehold.tree_parts',
    // Each run is an index scan of its own, whatever a planner thinks of how many parts it has.
    text: `
      with wanted as materialized (
        select w.height, w.first, w.last from unnest($3::integer[], $4::bigint[], $5::bigint[]) w (height, first, last)
      )
      select w.height, f.number, f.hash
      from wanted w
      cross join lateral (
        select p.number, p.hash
        from freehold.proof_part p
        where p.service = $1 and p.log = $2 and p.height = w.height and p.number >= w.first and p.number <= w.last
        offset 0
      ) f
      where w.height > 0
      union all
      select 0, f.number, f.hash
      from wanted w
      cross join lateral (
        select p.number - 1 as number, p.hash
        from freehold.segment_proof p
        where p.service = $1 and p.log = $2 and p.number >= w.first + 1 and p.number <= w.last + 1
        offset 0
      ) f
      where w.height = 0`,
    values: [
      service,
      log,
      runs.map(({ height }) => height),
      runs.map(({ first }) => first),
      runs.map(({ last }) => last),
    ],
  })
  return rows.map(({ height, number, hash }) => ({ height, number: Number(number), hash }))
}
