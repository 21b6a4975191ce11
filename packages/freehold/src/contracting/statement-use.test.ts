import { expect, test } from 'vitest'
import { useIn } from './statement-use.js'

const column = { table: 'profiles', column: 'display_name' }
const use = (text: string, isCut = false) => useIn({ text, isCut }, column, 'app')

test.each([
  'select display_name from profiles where id = $1',
  'select p.display_name from profiles p join notes n on n.author = p.id',
  'select app.profiles.display_name from app.profiles',
  'select * from profiles',
  'select n.id, p.* from notes n, profiles p',
  'select to_jsonb(p) from profiles p',
  'select count(p) from profiles as p',
  'select id from profiles order by lower(display_name)',
  'insert into profiles values ($1, $2)',
  'insert into profiles (id, display_name) values ($1, $2)',
  'insert into profiles (id) values ($1) on conflict (display_name) do nothing',
  'insert into profiles (id, name) values ($1, $2) on conflict (id) do update set display_name = excluded.name',
  'insert into profiles (id, name) values ($1, $2) on conflict (id) do update set name = excluded.display_name',
  'insert into profiles (id) values ($1) returning *',
  "update profiles set display_name = 'x' where id = $1",
  'update profiles set (display_name, version) = ($1, version + 1)',
  'delete from profiles where display_name is null',
  'select 1 from notes where exists (select from profiles p where p.display_name = notes.title)',
  'copy profiles to stdout',
  'copy profiles (id, display_name) to stdout',
  'select id from notes join profiles using (display_name)',
  'select * from jsonb_populate_record(null::profiles, $1)',
  'select (jsonb_populate_record(null::app.profiles, $1)).id',
  'insert into other select ($1::profiles).*',
])('%s uses it', async (text) => {
  expect(await use(text)).toBe('uses')
})

test.each([
  'select c from profiles as p (a, b, c)',
  'select display_name from profiles, authors',
  'with gone as (delete from profiles where id = $1 returning display_name) select count(*) from gone',
  'select * from (select id from profiles) as p',
  'select id from profiles natural join notes',
  'insert into profiles (id) values ($1) on conflict on constraint one_name do nothing',
  'merge into profiles p using given g on g.id = p.id when matched then update set name = g.name',
  "do $$ begin update profiles set display_name = ''; end $$",
  "select query_to_xml('select display_name from profiles', true, true, '')",
  'select display_name from profiles where',
])('%s may use it, and counts', async (text) => {
  expect(await use(text)).toBe('may use')
})

test.each([
  'select id, name from profiles',
  'select id as display_name from profiles',
  'select count(*) from profiles',
  'select a.display_name, p.id from authors a join profiles p on p.id = a.id',
  'select display_name from authors',
  'select display_name from other.profiles',
  'select * from notes',
  'select n.* from notes n join profiles p on p.id = n.author',
  'insert into profiles (id, name) values ($1, $2) on conflict (id) do update set name = excluded.name returning id',
  'insert into profiles default values',
  'update profiles set name = $1, version = version + 1 where id = $2',
  'update authors set display_name = p.name from profiles p where p.id = authors.id',
  'delete from profiles where id = $1',
  'copy profiles (id, name) to stdout',
  "select id from profiles where name = 'display_name'",
  'begin',
  '',
  "set search_path = 'app'",
])('%s does not', async (text) => {
  expect(await use(text)).toBeUndefined()
})

test('of what is cut off nothing can be excluded', async () => {
  expect(await use('select id from notes', true)).toBe('may use')
})

test('a table is used by whoever names it', async () => {
  const target = { table: 'profiles' }
  expect(await useIn({ text: 'select count(*) from profiles', isCut: false }, target, 'app')).toBe('uses')
  expect(await useIn({ text: 'truncate profiles', isCut: false }, target, 'app')).toBe('uses')
  expect(await useIn({ text: 'select count(*) from notes', isCut: false }, target, 'app')).toBeUndefined()
})
