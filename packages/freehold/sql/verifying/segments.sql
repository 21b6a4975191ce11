-- Segments $3 to $4 of the log $2 of the service $1, with what proves them.
select s.number, e.id as epoch, s.first_position, s.row_count, s.seqs::text as seqs, c.columns, p.root, p.hash, p.marks
from freehold.segment s
left join freehold.epoch e on e.service = s.service and e.log = s.log and e.number = s.epoch
left join freehold.segment_proof p on p.service = s.service and p.log = s.log and p.number = s.number
left join freehold.proof_columns c on c.service = p.service and c.log = p.log and c.number = p.columns_number
where s.service = $1 and s.log = $2 and s.number between $3 and $4
order by s.number
