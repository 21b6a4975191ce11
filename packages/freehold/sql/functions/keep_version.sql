-- One row, one step: whoever writes, the version advances by exactly one, and the database stamps the time.
-- The time never stands still or runs back within a row, so that "as of" has one answer. Given the argument
-- 'created_at', a row that is new now was created when it was first written; an older date, of a row that is
-- brought in from elsewhere, stays.
-- Every name is qualified, where the other functions pin the search_path: pinning costs more than the rest of this.
create or replace function freehold.keep_version() returns trigger
language plpgsql
as $function$
begin
  if tg_op operator(pg_catalog.=) 'INSERT' then
    if (new.version operator(pg_catalog.=) 1) is not true then
      raise exception '%.% begins at version 1, not %', tg_table_schema, tg_table_name, new.version
        using errcode = 'check_violation', constraint = 'version_advances_by_one',
          schema = tg_table_schema, table = tg_table_name, column = 'version',
          hint = 'Leave the version out of the INSERT; its default is 1.';
    end if;
    new.updated_at := pg_catalog.clock_timestamp();
    -- One within the other: an expression that names the column fails where there is none.
    if tg_nargs operator(pg_catalog.>) 0 then
      if new.created_at operator(pg_catalog.>=) pg_catalog.now() then
        new.created_at := new.updated_at;
      end if;
    end if;
    return new;
  end if;
  if (new.version operator(pg_catalog.=) (old.version operator(pg_catalog.+) 1)) is not true then
    raise exception '%.%: an update must advance the version from % to %, not to %',
        tg_table_schema, tg_table_name, old.version, old.version operator(pg_catalog.+) 1, new.version
      using errcode = 'check_violation', constraint = 'version_advances_by_one',
        schema = tg_table_schema, table = tg_table_name, column = 'version',
        hint = 'Read the row, then: update … set …, version = version + 1 where key = … and version = <the version read>.';
  end if;
  new.updated_at := greatest(
    pg_catalog.clock_timestamp(),
    old.updated_at operator(pg_catalog.+) interval '1 microsecond'
  );
  return new;
end
$function$;
