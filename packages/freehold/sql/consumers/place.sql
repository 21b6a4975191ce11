-- A place in the log $2 of the service $1: the position $4, or where $4 is null the first that is kept ($3: start) or
-- the last (end).
with log as (
  select
    coalesce(
      (
        select s.first_position + s.row_count - 1
        from freehold.segment s
        where s.service = $1 and s.log = $2
        order by s.number desc
        limit 1
      ),
      0
    ) as head,
    coalesce((select max(a.last_position) from freehold.archive a where a.service = $1 and a.log = $2), 0) as kept_after
),
wanted as (
  select l.head, l.kept_after, coalesce($4::bigint, case $3 when 'start' then l.kept_after else l.head end) as position
  from log l
)
select
  w.head,
  w.kept_after,
  w.position,
  (
    select s.id
    from freehold.segment s
    where s.service = $1 and s.log = $2 and s.first_position <= w.position and s.first_position + s.row_count > w.position
  ) as segment,
  (
    select e.id
    from freehold.epoch e
    where e.service = $1 and e.log = $2 and e.first_position <= w.position
    order by e.number desc
    limit 1
  ) as epoch
from wanted w
