/** What the migrations of {@link hardMigrations} find when they come. */
export const groundwork = `
create type mood as enum ('glad', 'sad');
create table people (id int primary key, name text not null, mood mood not null, note text, touched int not null default 0);
insert into people (id, name, mood) select n, 'n' || n, 'glad' from generate_series(1, 11) as n;
create index people_by_mood on people (mood);
create index people_by_note on people (note) where note is not null;
create table readings (id int not null, value int) partition by range (id);
create table readings_old partition of readings for values from (0) to (100);
create table readings_new partition of readings for values from (100) to (200);
insert into readings (id, value) select n, n from generate_series(50, 150) as n;
`

/** Migrations that cannot be one transaction, and one that is; each stands for a way to be interrupted. */
export const hardMigrations: Readonly<Record<string, string>> = {
  'several indexes, one of them unique': `
create index concurrently people_by_name on people using btree (lower(name) desc nulls last, id) where mood = 'glad';
create unique index concurrently if not exists people_name_key on people (name) include (mood);
create index concurrently people_by_touched on people (touched) with (fillfactor = 70);`,

  'indexes dropped and rebuilt': `
drop index concurrently people_by_mood;
reindex index concurrently people_by_note;
reindex (verbose, concurrently) table people;
drop index concurrently if exists people_by_note;`,

  'a partition detached': `
alter table readings detach partition readings_old concurrently;
create index concurrently readings_old_by_value on readings_old (value);`,

  'a label of an enum, used at once': `
alter type mood add value 'calm' after 'glad';
update people set mood = 'calm' where id % 2 = 0;
vacuum people;
alter table people alter column mood set default 'calm';`,

  'one transaction of definitions and rows': `
alter table people add column shout text;
update people set shout = upper(name);
alter table people alter column shout set not null;
create index people_by_shout on people (shout);`,

  'a backfill between definitions': `
alter table people add column half int;
-- freehold: backfill people by id in batches of 4
update people set half = id / 2, touched = touched + 1 where id between $1 and $2;
create index concurrently people_by_half on people (half);`,
}
