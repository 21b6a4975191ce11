-- The rows of segments, as COPY takes them: %1$s is the service, %2$s the log, both quoted; %3$s its table, %4$s the first and
-- %5$s the last segment, %6$s the columns as texts. Bytes of a binary COPY are those of row.v1.
copy (
  select r.number, r.seq, %6$s
  from (
    select s.number, l.*
    from freehold.segment s
    cross join unnest(s.seqs) q (seqs)
    join %3$s l on l.seq >= lower(q.seqs) and l.seq < upper(q.seqs)
    where s.service = %1$s and s.log = %2$s and s.number between %4$s and %5$s
    order by s.number, l.seq
  ) r
) to stdout (format binary)
