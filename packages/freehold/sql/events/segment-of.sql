-- The segment that holds a position, or an event by its id; neither gives the last one. %LOG% is the log.
select s.number, s.first_position, s.row_count
from freehold.segment s
where s.service = $1
  and s.log = $2
  and case
    when $3::bigint is not null then s.first_position <= $3 and s.first_position + s.row_count > $3
    when $4::uuid is not null then s.seqs @> (select l.seq from %LOG% l where l.id = $4)
    else true
  end
order by s.number desc
limit 1
