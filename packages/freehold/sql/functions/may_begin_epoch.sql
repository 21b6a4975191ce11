-- Whether a log may begin a new epoch: false while transactions have to be waited for, an error while the log is still
-- being restored. Called by freehold.seal, for a log with its schema and the last seq that segments of it know.
create or replace function freehold.may_begin_epoch(log regclass, known_to bigint) returns boolean
language plpgsql
set search_path = pg_catalog, pg_temp
as $function$
declare
  sequence constant text := pg_get_serial_sequence(log::text, 'seq');
  is_behind boolean;
  is_ahead boolean;
  writers text[];
begin
  -- A restore ends with setting sequences. Rows that it brings after the first seal would never be sealed, and new
  -- rows would take the seqs of those that were sealed elsewhere.
  execute format(
    'select greatest(max(l.seq), $1) > (select q.last_value - case when q.is_called then 0 else 1 end from %s q) from %s l',
    sequence, log
  )
  into is_behind
  using known_to;
  if is_behind then
    raise exception 'the log % is still being restored: it has or had rows with a seq that its sequence has not come to', log
      using errcode = 'object_not_in_prerequisite_state',
        hint = format('Let the restore come to its end. If that left it so: select setval(%L, <the greatest seq>).', sequence);
  end if;

  -- Rows that will look new again are known by the greatest of their seqs, and whoever is writing now may have drawn a
  -- lesser one. So these must have ended, and come in with this seal; those who begin now draw greater ones.
  execute format(
    'select exists (
       select from (select pg_current_snapshot() as snapshot) c
       join %s l on l.xid >= pg_snapshot_xmin(c.snapshot) and not pg_visible_in_snapshot(l.xid, c.snapshot)
     )', log
  )
  into is_ahead;
  if not is_ahead then
    return true;
  end if;
  writers := array(
    select l.virtualtransaction
    from pg_locks l
    join pg_database d on d.oid = l.database
    where d.datname = current_database() and l.relation = log and l.mode = 'RowExclusiveLock'
  );
  for waits in 1 .. 20 loop
    if not exists (
      select
      from pg_locks l
      join pg_database d on d.oid = l.database
      where d.datname = current_database() and l.relation = log and l.virtualtransaction = any (writers)
    ) then
      return true;
    end if;
    perform pg_sleep(0.01);
  end loop;
  return false;
end
$function$;
