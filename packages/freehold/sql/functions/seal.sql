-- Seals a log: what is visible now and was not when it was last sealed becomes its next segments. Positions are dense
-- and, like the order of the rows, the same for whoever reads. Writers are not waited for and wait for nothing.
--
-- A cursor that is a snapshot is PgQ's idea. It loses nothing that commits late, as "seq > last" does, and it is not
-- stopped by an open transaction of another database, as pg_snapshot_xmin is.
--
-- is_busy says that another session is at it: then somebody else seals, but perhaps not what was committed just now.
-- position is the last one that is sealed, lag_ms how long the oldest of the rows had waited since it was written.
create or replace function freehold.seal(log text, segment_rows integer default 1000)
returns table (is_busy boolean, row_count bigint, "position" bigint, lag_ms double precision)
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $function$
#variable_conflict use_column
declare
  service constant freehold.service := freehold.service_of_session();
  qualified text;
  life freehold.epoch;
  last freehold.segment;
  here record;
  is_reborn boolean;
  next_position bigint;
  known_seqs int8multirange;
  since pg_snapshot;
  cut pg_snapshot;
  oldest timestamptz;
begin
  if seal.segment_rows is null or seal.segment_rows not between 1 and 100000 then
    raise exception 'a segment has 1 to 100000 rows, not %', coalesce(seal.segment_rows::text, 'null')
      using errcode = 'invalid_parameter_value';
  end if;
  -- Every statement must see what others have committed, and rows of this transaction could come after the seal.
  if current_setting('transaction_isolation') <> 'read committed' or pg_current_xact_id_if_assigned() is not null then
    raise exception 'freehold.seal needs a transaction of its own' using errcode = 'invalid_transaction_state',
      hint = 'Call it outside of a transaction, or first in one that is READ COMMITTED.';
  end if;
  select format('%I.%I', service.schema_name, t.table_name)
  into qualified
  from freehold.owned_table t
  where t.service = service.name and t.table_name = seal.log and t.mutability = 'immutable';
  if qualified is null then
    raise exception '"%" is not a log of the service "%"', seal.log, service.name using errcode = 'undefined_table',
      hint = 'Name the log as the manifest does, without its schema.';
  end if;
  is_busy := not pg_try_advisory_xact_lock(hashtext('freehold.seal ' || service.name), hashtext(seal.log));
  row_count := 0;
  if is_busy then
    return next;
    return;
  end if;

  select s.service, s.log, s.number, s.id, s.epoch, s.first_position, s.row_count, s.seqs, s.snapshot, s.sealed_at
  into last
  from freehold.segment s
  where s.service = service.name and s.log = seal.log
  order by s.number desc
  limit 1;
  select e.service, e.log, e.number, e.id, e.system_identifier, e.database_oid, e.timeline, e.first_position, e.foreign_seqs,
    e.snapshot, e.started_at
  into life
  from freehold.epoch e
  where e.service = service.name and e.log = seal.log
  order by e.number desc
  limit 1;
  select c.system_identifier, d.oid as database_oid,
    ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::integer as timeline
  into here
  from pg_control_system() c
  cross join pg_database d
  where d.datname = current_database();

  next_position := coalesce(last.first_position + last.row_count, 1);
  position := next_position - 1;
  is_reborn := (life.system_identifier, life.database_oid) is distinct from (here.system_identifier, here.database_oid);
  -- Transaction ids of another server mean nothing here, now or when they come round: such rows go by their seqs.
  if is_reborn then
    select coalesce(range_agg(s.seqs), '{}') into known_seqs
    from freehold.segment s
    where s.service = service.name and s.log = seal.log;
  else
    known_seqs := life.foreign_seqs;
    since := case when last.epoch = life.number then last.snapshot else life.snapshot end;
  end if;

  -- What is read must not be undone by a crash: its commit is flushed before this one, and this one before it is read.
  if current_setting('synchronous_commit') in ('off', 'local') then
    perform set_config('synchronous_commit', 'on', true);
  end if;
  execute format(
    $sql$
      with cut as materialized (
        select pg_current_snapshot() as snapshot
      ),
      fresh as materialized (
        select l.seq, l.at, (row_number() over (order by l.seq) - 1) / $4 as part
        from %s l
        where %s not l.seq <@ $2
      ),
      parts as (
        select f.part, count(*) as row_count, range_agg(int8range(f.seq, f.seq, '[]')) as seqs, min(f.at) as oldest
        from fresh f
        group by f.part
      ),
      sealed as (
        insert into freehold.segment (service, log, number, epoch, first_position, row_count, seqs, snapshot)
        select $5, $6, $7 + 1 + p.part, $8, $3 + p.part * $4, p.row_count, p.seqs, c.snapshot
        from parts p
        cross join cut c
      )
      select (select c.snapshot from cut c), coalesce(sum(p.row_count), 0), min(p.oldest)
      from parts p
    $sql$,
    qualified,
    case when is_reborn then '' else
      'pg_visible_in_snapshot(l.xid, (select c.snapshot from cut c))
       and (l.xid >= pg_snapshot_xmax($1) or l.xid = any (array(select pg_snapshot_xip($1)))) and' end
  )
  into cut, row_count, oldest
  using since, known_seqs, next_position, seal.segment_rows, service.name, seal.log, coalesce(last.number, 0),
    coalesce(life.number, 0) + case when is_reborn or life.timeline <> here.timeline then 1 else 0 end;

  if (is_reborn and (row_count > 0 or last.number is not null)) or life.timeline <> here.timeline then
    insert into freehold.epoch (
      service, log, number, system_identifier, database_oid, timeline, first_position, foreign_seqs, snapshot
    )
    select service.name, seal.log, coalesce(life.number, 0) + 1, here.system_identifier, here.database_oid, here.timeline,
      next_position,
      case when not is_reborn then known_seqs else (
        select coalesce(range_agg(s.seqs), '{}')
        from freehold.segment s
        where s.service = service.name and s.log = seal.log
      ) end,
      cut;
  end if;
  position := position + row_count;
  lag_ms := extract(epoch from clock_timestamp() - oldest) * 1000;
  return next;
end
$function$;
