select
  current_user::text as role,
  current_setting('server_version_num')::integer as "serverVersion",
  coalesce(
    (
      select json_agg(
        json_build_object(
          'number', number,
          'name', name,
          'checksum', encode(checksum, 'hex'),
          'appliedAt', applied_at,
          'durationMs', duration_ms
        )
        order by number
      )
      from freehold.migrations
      where service = $1
    ),
    '[]'
  ) as applied,
  coalesce(
    (
      select json_agg(
        json_build_object(
          'number', last.number,
          'name', last.name,
          'checksum', encode(last.checksum, 'hex'),
          'contracts', last.contracts,
          'contractedBecause', last.contracted_because,
          'startedAt', last.started_at
        )
        order by last.number
      )
      from (
        select distinct on (number) service, number, name, checksum, contracts, contracted_because, started_at
        from freehold.migration_starts
        where service = $1
        order by number, entry desc
      ) as last
      where
        not exists (
          select from freehold.migrations as done
          where done.service = last.service and done.number = last.number
        )
    ),
    '[]'
  ) as starts,
  coalesce(
    (
      select json_agg(
        json_build_object('number', number, 'step', step, 'checksum', encode(checksum, 'hex'))
        order by number, step
      )
      from freehold.migration_steps as steps
      where
        service = $1
        and not exists (
          select from freehold.migrations as done
          where done.service = steps.service and done.number = steps.number
        )
    ),
    '[]'
  ) as steps,
  coalesce(
    (
      select json_agg(
        json_build_object(
          'number', last.number,
          'step', last.step,
          'checksum', encode(last.checksum, 'hex'),
          'event', last.event,
          'at', last.at,
          'pid', last.pid
        )
        order by last.number, last.step
      )
      from (
        select distinct on (number, step) service, number, step, checksum, event, at, pid
        from freehold.migration_journal
        where service = $1
        order by number, step, entry desc
      ) as last
      where
        not exists (
          select from freehold.migrations as done
          where done.service = last.service and done.number = last.number
        )
        and not exists (
          select from freehold.migration_steps as done
          where done.service = last.service and done.number = last.number and done.step = last.step
        )
    ),
    '[]'
  ) as attempts,
  coalesce(
    (
      select json_agg(
        json_build_object(
          'number', number,
          'step', step,
          'checksum', encode(checksum, 'hex'),
          'lastKey', last_key,
          'untilKey', until_key,
          'rowsDone', rows_done,
          'estimatedRows', estimated_rows,
          'batches', batches,
          'startedAt', started_at,
          'updatedAt', updated_at
        )
        order by number, step
      )
      from freehold.migration_backfills as begun
      where
        service = $1
        and not exists (
          select from freehold.migrations as done
          where done.service = begun.service and done.number = begun.number
        )
        and not exists (
          select from freehold.migration_steps as done
          where done.service = begun.service and done.number = begun.number and done.step = begun.step
        )
    ),
    '[]'
  ) as backfills,
  coalesce(
    (
      select json_agg(pg_class.relname order by pg_class.relname)
      from pg_index
      join pg_class on pg_class.oid = pg_index.indexrelid
      where
        not pg_index.indisvalid
        and pg_class.relkind = 'i'
        and pg_class.relnamespace = (select oid from pg_namespace where nspname = current_schema())
    ),
    '[]'
  ) as "unusableIndexes"
