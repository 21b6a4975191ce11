-- Rows of a log that no segment has, although the sealer would have seen them: their transactions had ended before the last
-- segment was cut. %s is the table. Of rows that came from another server, by a restore, nothing can be told.
with known as materialized (
  select coalesce(range_agg(s.seqs), '{}') as seqs
  from freehold.segment s
  where s.service = $1 and s.log = $2
),
last as materialized (
  select s.snapshot
  from freehold.segment s
  where s.service = $1 and s.log = $2
  order by s.number desc
  limit 1
)
select l.seq
from %s l
where not l.seq <@ (select k.seqs from known k) and pg_visible_in_snapshot(l.xid, (select c.snapshot from last c))
order by l.seq
limit 100
