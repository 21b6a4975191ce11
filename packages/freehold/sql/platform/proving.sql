-- When `freehold prove` attacked this database, for whom, and what came of it. Run by the administrator; running it again
-- changes nothing. Only the administrator writes here, and no service reads it.

do $$
begin
  if to_regclass('freehold.proof') is null then
    create table freehold.proof (
      id bigint generated always as identity primary key,
      who text not null check (who <> ''),
      services text[] not null,
      chapters text[] not null,
      verdict text not null check (verdict in ('held', 'failed', 'incomplete')),
      held integer not null,
      failed integer not null,
      residual integer not null,
      not_looked_at integer not null,
      began_at timestamptz not null,
      at timestamptz not null default clock_timestamp()
    );
    comment on table freehold.proof is 'Each run of `freehold prove`: who, when, what of, and the verdict';
  end if;
end
$$;
