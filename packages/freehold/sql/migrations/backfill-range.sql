-- The first and the last of the next $2 keys, up to the one in $1. The words in capitals stand for what the directive
-- names, and for the place to go on from.
select
  min(batch.key) filter (where batch.place = 1) as first,
  min(batch.key) filter (where batch.place = batch.total) as last,
  coalesce(max(batch.total), 0)::integer as rows
from (
  select
    walked.key::text as key,
    row_number() over (order by walked.key) as place,
    count(*) over () as total
  from (
    select WALKED_KEY as key
    from WALKED_TABLE
    where WALKED_KEY <= $1::KEY_TYPE and AFTER_THE_PLACE
    order by WALKED_KEY
    limit $2
  ) as walked
) as batch
