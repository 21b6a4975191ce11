-- The sealed runs of seqs of the log $2 of the service $1 between the seqs $3 and $4, excluded; a position is a seq plus
-- the shift of its run. Put before a statement as a common table expression.
with all_runs as (
  select
    s.number,
    lower(r.seqs) as low,
    upper(r.seqs) as high,
    s.first_position - lower(r.seqs) - (upper(r.seqs) - lower(r.seqs))
      + sum(upper(r.seqs) - lower(r.seqs)) over (partition by s.number order by lower(r.seqs))::bigint as shift
  from freehold.segment s
  cross join lateral unnest(s.seqs) as r (seqs)
  where s.service = $1 and s.log = $2 and s.seqs && int8range($3::bigint, $4::bigint)
),
runs as (
  select a.number, greatest(a.low, $3) as low, least(a.high, $4) as high, a.shift
  from all_runs a
  where a.low < $4 and a.high > $3
)
