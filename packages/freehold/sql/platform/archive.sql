-- What was taken out of the logs of this database, and where it is. Run by the administrator; running it again changes
-- nothing. Only `freehold logs archive` writes here; the services read their own rows.

do $$
begin
  if to_regclass('freehold.archive') is null then
    create table freehold.archive (
      service text not null,
      log text not null,
      from_seq bigint not null,
      to_seq bigint not null check (to_seq > from_seq),
      row_count bigint not null check (row_count >= 0),
      first_position bigint,
      last_position bigint not null check (last_position >= 0),
      backed_up_to bigint not null,
      file text not null,
      file_sha256 text not null,
      rows_sha256 text not null,
      who text not null check (who <> ''),
      at timestamptz not null default clock_timestamp(),
      primary key (service, log, from_seq)
    );
    comment on table freehold.archive is 'Which partitions of a log were taken out, and where their rows are';
    comment on column freehold.archive.to_seq is 'The seq with which the next partition begins';
    comment on column freehold.archive.last_position is 'The greatest position of all that was archived until then: the log can be read after it';
    comment on column freehold.archive.rows_sha256 is 'The SHA-256 of the SHA-256 of each line, in the order of their seqs';
  end if;
end
$$;
