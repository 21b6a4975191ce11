-- What was seen of service $1: since when, which versions, and the statements of the last $2 milliseconds.
select
  clock_timestamp() as now,
  (
    select least(
      (select min(v.first_seen_at) from freehold.service_versions v where v.service = $1),
      (select min(u.first_sent_at) from freehold.statement_uses u where u.service = $1)
    )
  ) as "observedSince",
  coalesce(
    (
      select json_agg(
        json_build_object('version', v.version, 'lastSeenAt', v.last_seen_at, 'unrecorded', v.unrecorded)
        order by v.last_seen_at desc
      )
      from freehold.service_versions v
      where v.service = $1 and v.last_seen_at > clock_timestamp() - $2::double precision * interval '1 millisecond'
    ),
    '[]'
  ) as versions,
  coalesce(
    (
      select json_agg(
        json_build_object(
          'text', u.text, 'isCut', u.is_cut, 'version', u.version, 'sentFrom', u.sent_from, 'lastSentAt', u.last_sent_at
        )
        order by u.last_sent_at desc, u.text
      )
      from freehold.statement_uses u
      where u.service = $1 and u.last_sent_at > clock_timestamp() - $2::double precision * interval '1 millisecond'
    ),
    '[]'
  ) as statements
