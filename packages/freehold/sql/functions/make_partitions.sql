-- Makes partitions of a log until there is room for the seqs to come: for as many as a partition takes, and where
-- they are small for up to eight times as many, so that writers do not overtake them. Each is created by itself and attached
-- then, which no reader and no writer of the log waits for, as they would for CREATE TABLE … PARTITION OF.
--
-- ahead asks for room for more. most is given by whoever is in a hurry: it makes no more than so many, and waits for
-- nobody. What a partition is like follows from its log; freehold.table_drift looks whether it still is.
create or replace function freehold.make_partitions(service text, log text, ahead bigint default null, most integer default null)
returns integer
language plpgsql
set search_path = pg_catalog, pg_temp
as $function$
declare
  given_timeout constant text := current_setting('lock_timeout');
  target record;
  high bigint;
  wanted bigint;
  name text;
  made integer := 0;
begin
  if most is null then
    perform from freehold.owned_table t
    where t.service = make_partitions.service and t.table_name = make_partitions.log
    for no key update;
  else
    perform from freehold.owned_table t
    where t.service = make_partitions.service and t.table_name = make_partitions.log
    for no key update skip locked;
    if not found then
      return 0;
    end if;
    perform set_config('lock_timeout', '100ms', true);
  end if;
  select s.schema_name, s.vault_role, t.partition_rows as size, c.oid as relid, c.relnamespace,
    format('%I.%I', s.schema_name, t.table_name) as qualified
  into target
  from freehold.owned_table t
  join freehold.service s on s.name = t.service
  join pg_namespace n on n.nspname = s.schema_name
  join pg_class c on c.relnamespace = n.oid and c.relname = t.table_name and c.relkind = 'p'
  where t.service = make_partitions.service and t.table_name = make_partitions.log and t.partition_rows is not null;
  if target.relid is null then
    raise exception '"%" is no log of the service "%" that is partitioned', log, service using errcode = 'undefined_table',
      hint = 'Declare it with partition: { rows: … }, and create it with "partition by range (seq)".';
  end if;
  select greatest(
    1,
    (
      select max((regexp_match(pg_get_expr(c.relpartbound, c.oid), 'TO \(''(\d+)''\)'))[1]::bigint)
      from pg_inherits i
      join pg_class c on c.oid = i.inhrelid
      where i.inhparent = target.relid
    ),
    (select max(a.to_seq) from freehold.archive a where a.service = make_partitions.service and a.log = make_partitions.log)
  ) into high;
  wanted := 1 + greatest(target.size, least(8 * target.size, 10000), ahead)
    + coalesce(pg_sequence_last_value(pg_get_serial_sequence(target.qualified, 'seq')::regclass), 0);
  if (wanted - high) / target.size > 1000 then
    raise exception '% would have % partitions more', target.qualified, (wanted - high) / target.size
      using errcode = 'program_limit_exceeded', hint = 'Declare larger partitions: a thousand at a time are enough for anybody.';
  end if;

  perform set_config('freehold.guarding', 'on', true);
  while high < wanted and made < coalesce(most, 1001) loop
    name := format('%s_from_%s', left(log, 36), high);
    while exists (
      select from pg_class c where c.relnamespace = target.relnamespace and c.relname = name
      union all
      select from pg_type t where t.typnamespace = target.relnamespace and t.typname = name
    ) loop
      name := name || '_';
    end loop;
    execute format(
      'create table %1$I.%2$I (like %3$s including defaults including constraints including generated including storage including compression);
       alter table %1$I.%2$I owner to %4$I;
       alter table %1$I.%2$I enable row level security;
       create trigger freehold_refuse_truncate before truncate on %1$I.%2$I
         for each statement execute function freehold.refuse_log_change();
       alter table %1$I.%2$I enable always trigger freehold_refuse_truncate;
       alter table %3$s attach partition %1$I.%2$I for values from (%5$s) to (%6$s)',
      target.schema_name, name, target.qualified, target.vault_role, high, high + target.size
    );
    high := high + target.size;
    made := made + 1;
  end loop;
  update freehold.owned_table t
  set partitioned_to = high
  where t.service = make_partitions.service and t.table_name = make_partitions.log and t.partitioned_to is distinct from high;
  perform set_config('lock_timeout', given_timeout, true);
  return made;
end
$function$;
