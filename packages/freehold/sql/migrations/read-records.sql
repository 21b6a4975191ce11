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
  ) as steps
