-- Sees that a log has partitions for the seqs to come. Called with every seal, so it asks one row and a sequence.
create or replace function freehold.keep_room(service text, log text) returns void
language plpgsql
set search_path = pg_catalog, pg_temp
as $function$
begin
  if exists (
    select
    from freehold.owned_table t
    join freehold.service s on s.name = t.service
    where t.service = keep_room.service and t.table_name = keep_room.log and t.partition_rows is not null
      and t.partitioned_to - 1 - greatest(t.partition_rows, least(8 * t.partition_rows, 10000))
        < coalesce(pg_sequence_last_value(pg_get_serial_sequence(format('%I.%I', s.schema_name, t.table_name), 'seq')::regclass), 0)
  ) then
    perform freehold.make_partitions(service, log, null, 4);
  end if;
exception
  when lock_not_available then
    -- Somebody alters the log. There is still room, and the next seal tries again.
    return;
end
$function$;
