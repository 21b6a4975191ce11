-- The segments of a log that nobody has signed yet, oldest first, with the bytes of their rows: each row has its length
-- before it, and is what array_send makes of an array of texts without the head of the array. That is row.v1 of
-- docs/seals.md. There is one segment at least, if any is unsigned, and no more of them than have most_rows together.
create or replace function freehold.unsigned_segments(log text, most_rows integer default 10000)
returns table (number bigint, epoch uuid, first_position bigint, row_count integer, columns text[], rows bytea)
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
as $function$
#variable_conflict use_column
declare
  service constant freehold.service := freehold.service_of_session();
  qualified text;
  names text[];
  texts text;
begin
  -- It is what array_send writes texts in.
  if current_setting('client_encoding') <> 'UTF8' then
    raise exception 'freehold.unsigned_segments needs client_encoding UTF8' using errcode = 'invalid_parameter_value';
  end if;
  select format('%I.%I', service.schema_name, t.table_name)
  into qualified
  from freehold.owned_table t
  where t.service = service.name and t.table_name = unsigned_segments.log and t.mutability = 'immutable';
  if qualified is null then
    raise exception '"%" is not a log of the service "%"', unsigned_segments.log, service.name using errcode = 'undefined_table',
      hint = 'Name the log as the manifest does, without its schema.';
  end if;
  select array_agg(a.attname::text order by a.attname collate "C"),
    string_agg(format('l.%I::text', a.attname), ', ' order by a.attname collate "C")
  into names, texts
  from pg_attribute a
  where a.attrelid = qualified::regclass and a.attnum > 0 and not a.attisdropped;

  return query execute format(
    $sql$
      with last as (
        select coalesce(max(p.number), 0) as number
        from freehold.segment_proof p
        where p.service = $1 and p.log = $2
      ),
      waiting as (
        select s.number, s.epoch, s.first_position, s.row_count, s.seqs,
          sum(s.row_count) over (order by s.number) - s.row_count as rows_before
        from freehold.segment s
        where s.service = $1 and s.log = $2 and s.number > (select last.number from last)
        order by s.number
        limit 1000
      ),
      chosen as (
        select w.number, w.epoch, w.first_position, w.row_count, w.seqs
        from waiting w
        where w.rows_before = 0 or w.rows_before + w.row_count <= $3
      )
      select c.number, e.id, c.first_position, c.row_count, $4, (
        select string_agg(int4send(octet_length(r.bytes)) || r.bytes, ''::bytea order by r.seq)
        from (
          -- Each run of seqs is an index scan of its own, whatever a planner thinks of how many rows it has.
          select r.seq, r.bytes
          from unnest(c.seqs) q (seqs)
          cross join lateral (
            select l.seq, substr(array_send(array[%1$s]), 21) as bytes
            from %2$s l
            where l.seq >= lower(q.seqs) and l.seq < upper(q.seqs)
            offset 0
          ) r
          offset 0
        ) r
      )
      from chosen c
      join freehold.epoch e on e.service = $1 and e.log = $2 and e.number = c.epoch
      order by c.number
    $sql$,
    texts, qualified
  )
  using service.name, unsigned_segments.log, most_rows, names;
end
$function$;
