-- What a service keeps in its log %s of the checkpoints of the log $2 of the service $1, after the row $3. The last one is
-- always among them, so that it can be said how far the log is confirmed.
select w.seq, w.note
from %s w
where w.source = $1 and w.log = $2
  and (
    w.seq > $3
    or w.seq = (
      select l.seq
      from %s l
      where l.source = $1 and l.log = $2
      order by l.seq desc
      limit 1
    )
  )
order by w.seq
