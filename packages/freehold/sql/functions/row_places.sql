-- Where rows of a log are, by their seqs: in which segment and at which position, and how many rows that segment has.
-- Rows that are not sealed are left out. Which is_signed can be proven, unless rows of their segment were archived.
--
-- Security definer, because row level security keeps an index from being used for what is not leakproof, as @> is.
create or replace function freehold.row_places(log text, seqs bigint[])
returns table (
  seq bigint, segment bigint, "position" bigint, segment_rows integer, is_signed boolean, is_archived boolean
)
language plpgsql
stable
security definer
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
as $function$
#variable_conflict use_column
declare
  service constant freehold.service := freehold.service_of_session();
begin
  return query
    select w.seq, s.number, s.first_position + (
        select sum(least(upper(r.seqs), w.seq) - lower(r.seqs))::bigint
        from unnest(s.seqs) r (seqs)
        where lower(r.seqs) <= w.seq
      ),
      s.row_count,
      -- No "exists", which a planner may answer by reading all proofs there are.
      coalesce(
        (
          select true
          from freehold.segment_proof p
          where p.service = s.service and p.log = s.log and p.number = s.number
        ),
        false
      ),
      s.first_position <= (
        select coalesce(max(a.last_position), 0)
        from freehold.archive a
        where a.service = s.service and a.log = s.log
      )
    from unnest(row_places.seqs) w (seq)
    cross join lateral (
      -- For each seq a scan of the index of seqs, whatever a planner thinks of how many segments have it.
      select c.service, c.log, c.number, c.first_position, c.row_count, c.seqs
      from freehold.segment c
      where c.seqs @> w.seq
      offset 0
    ) s
    where s.service = service.name and s.log = row_places.log;
end
$function$;
