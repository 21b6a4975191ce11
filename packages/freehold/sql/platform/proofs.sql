-- What proves the segments of the logs of this database. Run by the administrator; running it again changes nothing.
-- Only freehold.sign_segments writes here; the services read their own rows.

do $$
begin
  if to_regclass('freehold.proof_columns') is null then
    create table freehold.proof_columns (
      service text not null,
      log text not null,
      number integer not null check (number > 0),
      columns text[] not null,
      primary key (service, log, number)
    );
    comment on table freehold.proof_columns is 'The columns that are in the hashes of rows: a log may get more of them';
  end if;

  if to_regclass('freehold.segment_proof') is null then
    create table freehold.segment_proof (
      service text not null,
      log text not null,
      number bigint not null,
      columns_number integer not null,
      root bytea not null check (octet_length(root) = 32),
      hash bytea not null check (octet_length(hash) = 32),
      marks bytea not null,
      primary key (service, log, number),
      foreign key (service, log, number) references freehold.segment (service, log, number),
      foreign key (service, log, columns_number) references freehold.proof_columns (service, log, number)
    );
    comment on column freehold.segment_proof.root is 'Of the tree over its rows';
    comment on column freehold.segment_proof.hash is 'Of its statement, with the hash of the segment before: a leaf of the tree of the log';
    comment on column freehold.segment_proof.marks is 'Four bytes for each value, which prove nothing, and tell where to look when the root is another';
  end if;

  -- So that whoever needs a part of the tree reads hundreds of hashes, and not all of them.
  if to_regclass('freehold.proof_part') is null then
    create table freehold.proof_part (
      service text not null,
      log text not null,
      height integer not null check (height > 0),
      number bigint not null check (number >= 0),
      hash bytea not null check (octet_length(hash) = 32),
      primary key (service, log, height, number)
    );
    comment on table freehold.proof_part is 'Complete parts of the tree of a log: 2^height segments, from number * 2^height on';
  end if;

  if to_regclass('freehold.checkpoint') is null then
    create table freehold.checkpoint (
      service text not null,
      log text not null,
      size bigint not null,
      note text not null,
      at timestamptz not null default clock_timestamp(),
      primary key (service, log, size)
    );
    comment on table freehold.checkpoint is 'What the signer of a log said of its first so many segments: a signed note of C2SP';
  end if;
end
$$;
