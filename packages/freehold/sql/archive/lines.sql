-- The rows of a partition as they are written, in the order of their seqs. %PARTITION% is the partition.
lines as (
  select l.seq,
    jsonb_build_object('position', (l.seq + r.shift)::text, 'segment', r.number, 'row', to_jsonb(l))::text as line
  from runs r
  join %PARTITION% l on l.seq >= r.low and l.seq < r.high
)
