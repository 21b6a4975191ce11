-- The events of one segment at their positions. All rows of its seqs are there, so that counting them gives the place.
-- %LOG% is the log, with its schema.
with segment as (
  select s.first_position, s.seqs
  from freehold.segment s
  where s.service = $1 and s.log = $2 and s.number = $3
),
placed as (
  select
    s.first_position + row_number() over (order by l.seq) - 1 as position,
    l.id,
    l.type,
    l.key,
    l.at,
    l.data,
    l.correlation_id,
    l.causation_id,
    l.traceparent
  from segment s
  join %LOG% l on l.seq >= lower(s.seqs) and l.seq < upper(s.seqs) and l.seq <@ s.seqs
)
select p.position, p.id, p.type, p.key, p.at, p.data, p.correlation_id, p.causation_id, p.traceparent
from placed p
where p.position > $4
  and ($5::text is null or p.type = $5)
  and ($6::text is null or p.key = $6)
order by p.position
