-- Moves a backfill on from the place where it is known to be ($4).
update freehold.migration_backfills
set
  last_key = $5,
  rows_done = rows_done + $6,
  rows_changed = rows_changed + $7,
  batches = batches + 1,
  updated_at = clock_timestamp()
where service = $1 and number = $2 and step = $3 and last_key is not distinct from $4
