import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { canPartition, openDepot, type Depot } from './fixtures/depot.js'

let depot: Depot

/** What a service must not do to a partition, %p, or to its log, %l; and what a superuser cannot do either. */
const attacks: Record<string, { sql: string; ofSuperuser?: string }> = {
  UPDATE: { sql: "update %p set key = 'forged'", ofSuperuser: '23001' },
  DELETE: { sql: 'delete from %p', ofSuperuser: '23001' },
  TRUNCATE: { sql: 'truncate %p', ofSuperuser: '23001' },
  INSERT: { sql: "insert into %p (id, type, key, data) values (gen_random_uuid(), 'x', 'k', '{}')" },
  SELECT: { sql: 'select from %p' },
  'ATTACH of a table of its own': {
    sql: 'create table mine (like %l); alter table %l attach partition mine for values from (100001) to (100101)',
  },
  'a partition of its own': { sql: 'create table mine partition of %l for values from (100001) to (100101)' },
  DETACH: { sql: 'alter table %l detach partition %p' },
  DROP: { sql: 'drop table %p' },
  'a trigger': {
    sql: 'create trigger t before insert on %p for each row execute function freehold.keep_version()',
  },
  'a default': { sql: "alter table %p alter column data set default '{}'" },
  'a rule': { sql: 'create rule r as on insert to %p do instead nothing' },
  'another owner': { sql: 'alter table %p owner to current_user' },
  'no identity': { sql: 'alter table %l alter column seq drop identity' },
  'making partitions': { sql: "select freehold.make_partitions('x', 'events')" },
  'TRUNCATE of the log': { sql: 'truncate %l', ofSuperuser: '23001' },
  'UPDATE of the log': { sql: "update %l set type = 'forged'", ofSuperuser: '23001' },
  'DELETE of the log': { sql: 'delete from %l', ofSuperuser: '23001' },
  'a forged seq': {
    sql: "insert into %l (seq, id, type, key, data) overriding system value values (50, gen_random_uuid(), 'x', 'k', '{}')",
  },
}

/** What a superuser could have done to the partition %p or its log, and what a plan says of it then. */
const meddling: Record<string, { sql: string; undo: string; named: string; isMended?: boolean }> = {
  'a grant': { sql: 'grant select on %p to public', undo: '', named: 'has rights on', isMended: true },
  'a grant of a column': {
    sql: 'grant update (data) on %p to %app',
    undo: '',
    named: 'has rights on',
    isMended: true,
  },
  'an owner': { sql: 'alter table %p owner to %owner', undo: '', named: 'must belong to', isMended: true },
  'a disabled trigger': {
    sql: 'alter table %p disable trigger freehold_refuse_change',
    undo: '',
    named: 'not enabled always',
    isMended: true,
  },
  'a dropped trigger': {
    sql: 'drop trigger freehold_refuse_truncate on %p',
    undo: '',
    named: 'does not refuse TRUNCATE',
    isMended: true,
  },
  'a trigger of its own': {
    sql: 'create trigger swallow before insert on %p for each row execute function freehold.keep_version()',
    undo: '',
    named: 'has a trigger "swallow"',
    isMended: true,
  },
  'no row security': {
    sql: 'alter table %p disable row level security',
    undo: '',
    named: 'row level security is off',
    isMended: true,
  },
  'a policy': {
    sql: 'create policy y on %p using (true)',
    undo: 'drop policy y on %p',
    named: 'policy of its own',
  },
  'a rule': {
    sql: 'create rule r as on delete to %p do instead nothing',
    undo: 'drop rule r on %p',
    named: 'rule of its own',
  },
  'a constraint': {
    sql: "alter table %p add constraint c check (type <> 'y')",
    undo: 'alter table %p drop constraint c',
    named: 'constraint of its own',
  },
  'a default': {
    sql: "alter table %p alter column data set default '{}'",
    undo: 'alter table %p alter column data drop default',
    named: 'defaults of its own',
  },
  'an index': { sql: 'create index i on %p (key)', undo: 'drop index %s.i', named: 'index of its own' },
  statistics: {
    sql: 'create statistics %s.st on type, key from %p',
    undo: 'drop statistics %s.st',
    named: 'statistics of its own',
  },
  'another schema': {
    sql: 'create schema elsewhere; alter table %p set schema elsewhere',
    undo: 'alter table elsewhere.events_from_101 set schema %s; drop schema elsewhere',
    named: 'in another schema',
  },
  'a default partition': {
    sql: 'create table %s.rest partition of %l default',
    undo: 'drop table %s.rest',
    named: 'not bounded by seqs',
  },
  'a partition without a lower end': {
    sql: 'create table %s.rest partition of %l for values from (minvalue) to (1)',
    undo: 'drop table %s.rest',
    named: 'not bounded by seqs',
  },
  'a partition that is partitioned': {
    sql: 'create table %s.rest partition of %l for values from (901) to (1001) partition by range (seq)',
    undo: 'drop table %s.rest',
    named: 'not a plain table',
  },
  'a forged partition at the end': {
    sql: 'create table %s.rest partition of %l for values from (801) to (901)',
    undo: 'drop table %s.rest',
    named: 'and Freehold made them for those before 801',
  },
  'one partition detached': {
    sql: 'alter table %l detach partition %p',
    undo: 'alter table %p alter column seq drop default; alter table %l attach partition %p for values from (101) to (201)',
    named: 'has no partition for the seqs from 101 on',
  },
}

const written = (sql: string): string => {
  const { depot: name } = depot
  const names = {
    p: `${name}.events_from_101`,
    l: `${name}.events`,
    s: name,
    app: `${name}_app`,
    owner: `${name}_owner`,
  }
  return sql.replaceAll(/%(app|owner|p|l|s)\b/g, (_, key: keyof typeof names) => names[key])
}

const failure = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'nothing failed',
    (error: unknown) => error,
  )

describe.skipIf(!canPartition)('a partition of a log', () => {
  beforeAll(async () => {
    depot = await openDepot(inject('serverUrl'))
    await depot.append(150)
  })
  afterAll(() => depot.remove())

  it.each(Object.entries(attacks))('withstands %s', async (_name, { sql, ofSuperuser }) => {
    for (const who of ['app', 'migrator'] as const)
      expect(await failure(depot.as(who, written(sql))), who).toMatchObject({ code: '42501' })
    if (ofSuperuser === undefined) return
    const sneaking = `set session_replication_role = replica; ${written(sql)}`
    expect(await failure(depot.as('administrator', sneaking))).toMatchObject({ code: ofSuperuser })
  })

  it.each(Object.entries(meddling))(
    'is named by a plan with %s',
    async (_name, { sql, undo, named, isMended = false }) => {
      await depot.as('administrator', written(sql))
      const found = (await depot.plan()).filter(({ summary }) => summary.includes(named))
      expect(found.map(({ action }) => action === 'problem')).toEqual([!isMended])
      await (isMended ? depot.apply() : depot.as('administrator', written(undo)))
      expect(await depot.plan()).toEqual([])
    },
  )
})
