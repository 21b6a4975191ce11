/**
 * Common table expressions that end in `runs`: the runs of seqs that hold the positions after $3, $4 of them, in the
 * sealed part of the log $2 of the service $1. A position is a seq plus the `shift` of its run.
 *
 * Values that the planner has statistics for are in a SELECT of their own, here and where this is used. Otherwise it plans
 * every page anew, which takes longer than to read a short one, for a plan that is the same.
 */
export const sealedRuns = `
    segments as (
      select s.number, s.id, s.first_position, s.seqs
      from freehold.segment s
      where s.service = $1 and s.log = $2
        and s.first_position > coalesce(
          (
            select max(b.first_position)
            from freehold.segment b
            where b.service = $1 and b.log = $2 and b.first_position <= (select $3::bigint + 1)
          ), 0) - 1
        and s.first_position <= (select $3::bigint + $4::integer)
    ),
    runs as (
      select
        s.id,
        lower(r.seqs) as low,
        upper(r.seqs) as high,
        s.first_position - lower(r.seqs) - (upper(r.seqs) - lower(r.seqs))
          + sum(upper(r.seqs) - lower(r.seqs)) over (partition by s.number order by lower(r.seqs))::bigint as shift
      from segments s
      cross join lateral unnest(s.seqs) as r (seqs)
    )`

/** Whether a row `l` of the log is in the run `r`, at one of those positions. */
export const isInRun = `l.seq >= greatest(r.low, $3::bigint + 1 - r.shift)
        and l.seq < least(r.high, $3::bigint + $4::integer + 1 - r.shift)`

/** A common table expression: after which position the log $2 of the service $1 can be read. What is before was archived. */
export const keptPart = `
    kept as (
      select coalesce(max(a.last_position), 0) as after
      from freehold.archive a
      where a.service = $1 and a.log = $2
    )`
