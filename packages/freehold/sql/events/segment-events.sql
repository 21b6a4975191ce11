-- The events of one segment at their positions. A position follows from the seq and the runs of seqs of the segment, and
-- not from counting rows: some of them may have been archived. %LOG% is the log, with its schema.
with runs as (
  select
    lower(r.seqs) as low,
    upper(r.seqs) as high,
    s.first_position - lower(r.seqs) - (upper(r.seqs) - lower(r.seqs))
      + sum(upper(r.seqs) - lower(r.seqs)) over (order by lower(r.seqs))::bigint as shift
  from freehold.segment s
  cross join lateral unnest(s.seqs) as r (seqs)
  where s.service = $1 and s.log = $2 and s.number = $3
),
placed as (
  select
    l.seq + r.shift as position,
    l.id,
    l.type,
    l.key,
    l.at,
    l.data,
    l.correlation_id,
    l.causation_id,
    l.traceparent
  from runs r
  join %LOG% l on l.seq >= r.low and l.seq < r.high
)
select p.position, p.id, p.type, p.key, p.at, p.data, p.correlation_id, p.causation_id, p.traceparent
from placed p
where p.position > $4
  and ($5::text is null or p.type = $5)
  and ($6::text is null or p.key = $6)
order by p.position
