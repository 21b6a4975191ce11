-- The builds of projections: which one is live, which stands beside it, and which there were. Run by the administrator;
-- running it again changes nothing. Builds come and go by functions alone; a service notes what is the matter with one.

do $$
begin
  if to_regclass('freehold.projection_build') is null then
    create table freehold.projection_build (
      service text not null,
      projection text not null,
      build integer not null check (build > 0),
      state text not null check (state in ('building', 'live', 'retired', 'discarded')),
      begun_at timestamptz not null default clock_timestamp(),
      changed_at timestamptz not null default clock_timestamp(),
      problem text,
      verified jsonb,
      primary key (service, projection, build)
    );
    create unique index projection_build_of_state on freehold.projection_build (service, projection, state)
    where state <> 'discarded';
    comment on table freehold.projection_build is 'Each build of a projection is a consumer of its own, with a table of its own';
    comment on column freehold.projection_build.state is 'Says in which schema its table is: that of the service, or beside it';
    comment on column freehold.projection_build.problem is 'Why it stands still, as the service has noted it';
    comment on column freehold.projection_build.verified is 'How it was found to be beside the live one, when it was last looked at';
  end if;
end
$$;
