-- Writes down that a backfill begins, and returns the key that it ends with: the last that there is now.
insert into freehold.migration_backfills (service, number, step, checksum, estimated_rows, until_key)
values ($1, $2, $3, decode($4, 'hex'), $5, (select walked.WALKED_KEY::text from WALKED_TABLE as walked order by walked.WALKED_KEY desc limit 1))
on conflict (service, number, step) do update
set checksum = excluded.checksum, estimated_rows = excluded.estimated_rows, until_key = excluded.until_key
where migration_backfills.batches = 0
returning until_key as "untilKey"
