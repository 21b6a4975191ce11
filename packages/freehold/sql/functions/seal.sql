-- Seals a log: what is visible now and was not when it was last sealed becomes its next segments. Positions are dense
-- and, like the order of the rows, the same for whoever reads. Writers are not waited for and wait for nothing.
--
-- A cursor that is a snapshot is PgQ's idea. It loses nothing that commits late, as "seq > last" does, and it is not
-- stopped by an open transaction of another database, as pg_snapshot_xmin is.
--
-- is_busy says that another session is at it: then somebody else seals, but perhaps not what was committed just now. Or
-- that a new epoch, with rows of another server, waits for those who are writing.
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
  is_partitioned boolean;
  life record;
  last record;
  here record;
  is_reborn boolean;
  is_moved boolean;
  is_found boolean;
  is_fresh text;
  next_position bigint;
  known_seqs int8multirange;
  since pg_snapshot;
  running xid8[];
  cut pg_snapshot;
  foreign_to bigint;
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
  select format('%I.%I', service.schema_name, t.table_name), t.partition_rows is not null
  into qualified, is_partitioned
  from freehold.owned_table t
  where t.service = service.name and t.table_name = seal.log and t.mutability = 'immutable';
  if qualified is null then
    raise exception '"%" is not a log of the service "%"', seal.log, service.name using errcode = 'undefined_table',
      hint = 'Name the log as the manifest does, without its schema.';
  end if;
  select c.system_identifier, d.oid as database_oid,
    ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::integer as timeline
  into here
  from pg_control_system() c
  cross join pg_database d
  where d.datname = current_database();
  is_busy := false;
  row_count := 0;

  -- The first look takes no lock, so that a log where nothing happens costs no write. The second has it.
  for look in 1 .. 2 loop
    select s.number, s.epoch, s.first_position, s.row_count, s.snapshot
    into last
    from freehold.segment s
    where s.service = service.name and s.log = seal.log
    order by s.number desc
    limit 1;
    select e.number, e.system_identifier, e.database_oid, e.timeline, e.snapshot, e.foreign_to
    into life
    from freehold.epoch e
    where e.service = service.name and e.log = seal.log
    order by e.number desc
    limit 1;
    next_position := coalesce(last.first_position + last.row_count, 1);
    position := next_position - 1;
    is_moved := life.timeline <> here.timeline;
    is_reborn := (life.system_identifier, life.database_oid) is distinct from (here.system_identifier, here.database_oid)
      or exists (select from freehold.sealing s where s.service = service.name and s.log = seal.log and s.starts_anew);
    -- Of rows that came from elsewhere the transaction ids mean nothing, so at first all go by their seqs.
    if is_reborn then
      is_fresh := 'not l.seq <@ $4';
      select coalesce(range_agg(s.seqs), '{}') into known_seqs
      from freehold.segment s
      where s.service = service.name and s.log = seal.log;
    else
      foreign_to := life.foreign_to;
      since := case when last.epoch = life.number then last.snapshot else life.snapshot end;
      running := array(select pg_snapshot_xip(since));
      is_fresh := '(l.xid >= pg_snapshot_xmax($1) or l.xid = any ($2))
        and pg_visible_in_snapshot(l.xid, (select pg_current_snapshot()))'
        || case when foreign_to > 0 then ' and l.seq > $3' else '' end;
    end if;
    exit when look = 2;

    if not (is_moved or is_reborn and last.number is not null) is true then
      -- Materialized, so that it is planned for all rows: for the first of many, a scan of the whole log looks cheap.
      execute format('with fresh as materialized (select from %s l where %s) select exists (select from fresh)', qualified, is_fresh)
      into is_found
      using since, running, foreign_to, known_seqs;
      if not is_found then
        if is_partitioned then
          perform freehold.keep_room(service.name, seal.log);
        end if;
        return next;
        return;
      end if;
    end if;
    perform from freehold.sealing s where s.service = service.name and s.log = seal.log for update skip locked;
    if not found then
      -- Only the first seal of all inserts it, and holds it then.
      insert into freehold.sealing (service, log) values (service.name, seal.log) on conflict do nothing;
      if not found then
        is_busy := true;
        position := null;
        return next;
        return;
      end if;
    end if;
  end loop;

  if is_reborn and not freehold.may_begin_epoch(qualified, coalesce(upper(known_seqs) - 1, 0)) then
    is_busy := true;
    position := null;
    return next;
    return;
  end if;
  -- What is read must not be undone by a crash: its commit is flushed before this one, and this one before it is read.
  if current_setting('synchronous_commit') in ('off', 'local') then
    perform set_config('synchronous_commit', 'on', true);
  end if;
  execute format(
    $sql$
      with cut as materialized (
        -- A snapshot leaves its own transaction out, which is still running: what it appends after this is for the next seal.
        select format(
            '%%s:%%s:%%s',
            pg_snapshot_xmin(s.now),
            pg_snapshot_xmax(s.now),
            (
              select string_agg(r.xid::text, ',' order by r.xid)
              from (select pg_snapshot_xip(s.now) union select pg_current_xact_id()) r (xid)
              where r.xid < pg_snapshot_xmax(s.now)
            )
          )::pg_snapshot as snapshot
        from (select pg_current_snapshot() as now) s
      ),
      fresh as materialized (
        select l.seq, l.at
        from %1$s l
        where %2$s
      ),
      numbered as (
        select f.seq, f.at, (row_number() over (order by f.seq) - 1) / $6 as part
        from fresh f
      ),
      parts as (
        select n.part, count(*) as row_count, range_agg(int8range(n.seq, n.seq, '[]')) as seqs, min(n.at) as oldest
        from numbered n
        group by n.part
      ),
      sealed as (
        insert into freehold.segment (service, log, number, epoch, first_position, row_count, seqs, snapshot)
        select $7, $8, $9 + 1 + p.part, $10, $5 + p.part * $6, p.row_count, p.seqs, c.snapshot
        from parts p
        cross join cut c
      )
      select (select c.snapshot from cut c), coalesce(sum(p.row_count), 0), min(p.oldest), %3$s
      from parts p
    $sql$,
    qualified,
    is_fresh,
    -- Whatever shows although its transaction has not ended here is from elsewhere, and its turn is still to come.
    case when is_reborn then format(
      '(select coalesce(max(l.seq), 0) from %s l where l.xid >= (select pg_snapshot_xmin(c.snapshot) from cut c)
         and not pg_visible_in_snapshot(l.xid, (select c.snapshot from cut c)))', qualified
    ) else '$3' end
  )
  into cut, row_count, oldest, foreign_to
  using since, running, foreign_to, known_seqs, next_position, seal.segment_rows, service.name, seal.log, coalesce(last.number, 0),
    coalesce(life.number, 0) + case when is_reborn or is_moved then 1 else 0 end;

  if is_moved or is_reborn and (row_count > 0 or last.number is not null) then
    insert into freehold.epoch (
      service, log, number, system_identifier, database_oid, timeline, first_position, foreign_to, snapshot
    )
    values (
      service.name, seal.log, coalesce(life.number, 0) + 1, here.system_identifier, here.database_oid, here.timeline,
      next_position, foreign_to, cut
    );
    update freehold.sealing s
    set starts_anew = false
    where s.service = service.name and s.log = seal.log and s.starts_anew;
  end if;
  position := position + row_count;
  lag_ms := extract(epoch from clock_timestamp() - oldest) * 1000;
  if is_partitioned then
    perform freehold.keep_room(service.name, seal.log);
  end if;
  return next;
end
$function$;
