-- Segments of a log that were signed, with what was signed of them and the bytes of their rows as they are now: in the
-- form of freehold.unsigned_segments, which is row.v1 of docs/seals.md, of the columns that were there when it was signed.
create or replace function freehold.signed_segments(log text, numbers bigint[])
returns table (
  number bigint, epoch uuid, first_position bigint, row_count integer, columns text[], root bytea, previous bytea, rows bytea
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
set "DateStyle" = 'ISO, YMD'
set "IntervalStyle" = 'postgres'
set "TimeZone" = 'UTC'
set bytea_output = 'hex'
set extra_float_digits = 1
set lc_monetary = 'C'
set enable_seqscan = off
as $function$
#variable_conflict use_column
declare
  service constant freehold.service := freehold.service_of_session();
  qualified text;
  chosen record;
begin
  -- It is what array_send writes texts in.
  if current_setting('client_encoding') <> 'UTF8' then
    raise exception 'freehold.signed_segments needs client_encoding UTF8' using errcode = 'invalid_parameter_value';
  end if;
  select format('%I.%I', service.schema_name, t.table_name)
  into qualified
  from freehold.owned_table t
  where t.service = service.name and t.table_name = signed_segments.log and t.mutability = 'immutable';
  if qualified is null then
    raise exception '"%" is not a log of the service "%"', signed_segments.log, service.name using errcode = 'undefined_table',
      hint = 'Name the log as the manifest does, without its schema.';
  end if;
  -- Segments with the same columns at once: nearly always all.
  for chosen in
    select c.columns, array_agg(p.number) as numbers, (
        select string_agg(format('l.%I::text', n.name), ', ' order by n.place)
        from unnest(c.columns) with ordinality n (name, place)
      ) as texts
    from unnest(signed_segments.numbers) w (number)
    cross join lateral (
      select o.service, o.log, o.number, o.columns_number
      from freehold.segment_proof o
      where o.service = service.name and o.log = signed_segments.log and o.number = w.number
      offset 0
    ) p
    join freehold.proof_columns c on c.service = p.service and c.log = p.log and c.number = p.columns_number
    group by c.number, c.columns
  loop
    return query execute format(
      $sql$
        select s.number, e.id, s.first_position, s.row_count, $3, p.root, b.hash, (
          select string_agg(int4send(octet_length(r.bytes)) || r.bytes, ''::bytea order by r.seq)
          from (
            select r.seq, r.bytes
            from unnest(s.seqs) q (seqs)
            cross join lateral (
              select l.seq, substr(array_send(array[%1$s]), 21) as bytes
              from %2$s l
              where l.seq >= lower(q.seqs) and l.seq < upper(q.seqs)
              offset 0
            ) r
            offset 0
          ) r
        )
        from unnest($4) w (number)
        -- For each number index scans of its own, whatever a planner thinks of how many segments there are.
        cross join lateral (
          select o.number, o.epoch, o.first_position, o.row_count, o.seqs
          from freehold.segment o
          where o.service = $1 and o.log = $2 and o.number = w.number
          offset 0
        ) s
        cross join lateral (
          select o.root
          from freehold.segment_proof o
          where o.service = $1 and o.log = $2 and o.number = w.number
          offset 0
        ) p
        left join lateral (
          select o.hash
          from freehold.segment_proof o
          where o.service = $1 and o.log = $2 and o.number = w.number - 1
          offset 0
        ) b on true
        join freehold.epoch e on e.service = $1 and e.log = $2 and e.number = s.epoch
      $sql$,
      chosen.texts, qualified
    )
    using service.name, signed_segments.log, chosen.columns, chosen.numbers;
  end loop;
end
$function$;
