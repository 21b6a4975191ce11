-- How far the consumers of this database have come, and what they have set aside. Run by the administrator; running it
-- again changes nothing. Written by the services themselves, in the transactions of the effects.

do $$
begin
  if to_regclass('freehold.consumer') is null then
    create table freehold.consumer (
      service text not null,
      consumer text not null,
      source text not null,
      lanes integer not null check (lanes between 1 and 256),
      created_at timestamptz not null default clock_timestamp(),
      primary key (service, consumer, source)
    );
    comment on table freehold.consumer is 'Who consumes the events of which service, and in how many lanes';
    comment on column freehold.consumer.lanes is 'Never changes: events of a key would then be in another lane, at another position';
  end if;

  if to_regclass('freehold.consumer_instance') is null then
    create table freehold.consumer_instance (
      service text not null,
      consumer text not null,
      source text not null,
      instance uuid not null,
      alive_until timestamptz not null,
      primary key (service, consumer, source, instance)
    );
    comment on table freehold.consumer_instance is 'The processes that share the lanes of a consumer';
  end if;

  if to_regclass('freehold.consumer_lane') is null then
    -- Rows stay few and are updated all the time: with room in their page, no update touches the index.
    create table freehold.consumer_lane (
      service text not null,
      consumer text not null,
      source text not null,
      lane integer not null check (lane >= 0),
      position bigint not null default 0 check (position >= 0),
      segment text,
      epoch text,
      owner uuid,
      fence bigint not null default 0,
      lease_until timestamptz not null default '-infinity',
      parked_changes bigint not null default 0,
      moved_at timestamptz,
      primary key (service, consumer, source, lane)
    ) with (fillfactor = 30);
    comment on table freehold.consumer_lane is 'The cursors: a lane is moved in the transaction of the effect';
    comment on column freehold.consumer_lane.fence is 'Raised whenever the lane gets an owner: who has an older one writes nothing any more';
    comment on column freehold.consumer_lane.parked_changes is 'Counts what is done to parked events of the lane, so that the owner notices';
  end if;

  if to_regclass('freehold.parked_event') is null then
    create table freehold.parked_event (
      id bigint generated always as identity primary key,
      service text not null,
      consumer text not null,
      source text not null,
      lane integer not null,
      key text not null,
      position bigint not null,
      event jsonb not null,
      -- Null: nothing is wrong with it, but it came after one that is parked.
      error text,
      attempts integer not null check (attempts >= 0),
      state text not null default 'parked' check (state in ('parked', 'retry', 'applied', 'discarded')),
      parked_at timestamptz not null default clock_timestamp(),
      settled_at timestamptz
    );
    create unique index parked_event_waiting on freehold.parked_event (service, consumer, source, lane, key, position)
    where state in ('parked', 'retry');
    comment on table freehold.parked_event is 'Events that could not be handled, and those of the same key after them';
  end if;

  if to_regclass('freehold.parked_action') is null then
    create table freehold.parked_action (
      id bigint generated always as identity primary key,
      service text not null,
      consumer text not null,
      source text not null,
      key text not null,
      position bigint not null,
      parked_event bigint not null,
      action text not null check (action in ('retry', 'edit', 'discard')),
      who text not null check (who <> ''),
      why text,
      -- The data as it was before an edit.
      before jsonb,
      at timestamptz not null default clock_timestamp(),
      check (action = 'retry' or why <> '')
    );
    create index parked_action_by_event on freehold.parked_action (parked_event);
    comment on table freehold.parked_action is 'What was done to parked events, by whom and why. Rows are only added';
  end if;

  if to_regclass('freehold.consumer_move') is null then
    create table freehold.consumer_move (
      id bigint generated always as identity primary key,
      service text not null,
      consumer text not null,
      source text not null,
      -- The cursors as they were: [{ lane, position, segment, epoch }].
      before jsonb not null,
      position bigint not null check (position >= 0),
      who text not null check (who <> ''),
      why text not null check (why <> ''),
      at timestamptz not null default clock_timestamp()
    );
    create index consumer_move_by_consumer on freehold.consumer_move (service, consumer, source);
    comment on table freehold.consumer_move is 'Where somebody set the cursors of a consumer, who and why. Rows are only added';
  end if;
end
$$;
