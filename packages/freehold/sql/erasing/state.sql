-- How far the erasures of a subject have come in one service. %LOG% is its log of kind erasure; $1 is the subject, or null for
-- all, $2 whether of one purpose ($3, null for all purposes) or of any.
select
  a.id,
  a.subject,
  a.purpose,
  a.reason,
  a.at as asked_at,
  f.at as forgotten_at,
  e.at as erased_at,
  e.seq as erased_seq,
  coalesce(e.detail, f.detail) -> 'rows' as rows
from (
  select distinct on (l.id) l.id, l.subject, l.purpose, l.reason, l.at
  from %LOG% l
  where l.step = 'asked' and ($1::text is null or l.subject = $1) and (not $2 or l.purpose is not distinct from $3)
  order by l.id, l.seq
) a
left join lateral (select l.at, l.detail from %LOG% l where l.id = a.id and l.step = 'forgotten' order by l.seq limit 1) f on true
left join lateral (select l.at, l.seq, l.detail from %LOG% l where l.id = a.id and l.step = 'erased' order by l.seq limit 1) e on true
order by a.at
