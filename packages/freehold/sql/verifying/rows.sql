-- The rows of segments, as COPY takes them: %1$s is the service, %2$s the log, both quoted; %3$s its table, %4$s the first and
-- %5$s the last segment, %6$s the columns as texts. Bytes of a binary COPY are those of row.v1.
-- Each run of seqs is an index scan of its own: what a planner thinks of how many rows a range has is far from it.
copy (
  select s.number, r.seq, %6$s
  from freehold.segment s
  cross join unnest(s.seqs) q (seqs)
  cross join lateral (select l.* from %3$s l where l.seq >= lower(q.seqs) and l.seq < upper(q.seqs) offset 0) r
  where s.service = %1$s and s.log = %2$s and s.number between %4$s and %5$s
) to stdout (format binary)
