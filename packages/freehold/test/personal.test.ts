import { randomBytes } from 'node:crypto'
import { defineService, defineSystem, immutable, mutable, type System } from '@freehold/manifest'
import { applyPlan, planSystem, proveSystem } from 'freehold'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { canPartition } from './fixtures/depot.js'
import { openSystem, type Provisioned, type Who } from './fixtures/shop.js'

const envelope = 'personal.v1:care:AAAA'
const another = 'personal.v1:care:BBBB'

const ofPatients = ['name', 'remark', 'detail']

function clinicSystem(name: string, ...fields: string[]): System {
  return clinicWith(name, { patients: ofPatients, audit_log: fields })
}

function clinicWith(
  name: string,
  fields: { readonly patients: string[]; readonly audit_log: string[] },
): System {
  return defineSystem({
    name,
    strategy: { kind: 'database-per-service' },
    services: [
      defineService({
        name,
        database: `${name}_db`,
        owns: {
          patients: mutable({
            history: 'patient_history',
            personal: { subject: 'id', fields: fields.patients },
          }),
          patient_history: immutable({ kind: 'history' }),
          visitors: mutable({ personal: { subject: 'id', fields: ['name'] } }),
          audit_log: immutable({ kind: 'audit', personal: { subject: 'actor', fields: fields.audit_log } }),
          erasures: immutable({ kind: 'erasure' }),
        },
        migrations: 'clinic',
      }),
    ],
  })
}

describe('personal columns', () => {
  const name = `t${randomBytes(4).toString('hex')}_clinic`
  let clinic: Provisioned
  let everyone: Who[]
  beforeAll(async () => {
    clinic = await openSystem(inject('serverUrl'), clinicSystem(name, 'origin', 'detail'))
    everyone = [{ service: name, kind: 'app' }, { service: name, kind: 'migrator' }, 'administrator']
  })
  afterAll(() => clinic.remove())

  const app = (sql: string, values: readonly unknown[] = []) =>
    clinic.as<Record<string, unknown>>({ service: name, kind: 'app' }, name, sql, values)
  const administrator = (sql: string) => clinic.as<Record<string, unknown>>('administrator', name, sql)
  const refusal = (table: string, column?: string) => ({
    code: '23514',
    constraint: 'personal_is_sealed',
    schema: name,
    table,
    ...(column !== undefined && { column }),
  })
  const insert = async (columns = 'name, personal', values = `'Ann', '{"name": "${envelope}"}'`) => {
    const [row] = await app(`insert into patients (${columns}) values (${values}) returning id`)
    return row?.['id']
  }

  const applied = async (system: System): Promise<string[]> => {
    const context = { ...clinic.context, system }
    return (await applyPlan(context, await planSystem(context))).map(({ summary }) => summary)
  }

  it('leave nothing to plan', async () => {
    expect(await clinic.plan()).toEqual([])
  })

  it('leave the history of other tables as it was', async () => {
    const source = `select p.prosrc as source from pg_proc p where p.proname = '${name}__patients__history'`
    const plain = await administrator(
      `begin; update freehold.owned_table set personal = null where table_name = 'patients'; select freehold.guard('${name}'); ${source}`,
    )
    const sealed = await administrator(source)
    expect(sealed[0]?.['source']).toContain('to_jsonb(new) end')
    expect(plain[0]?.['source']).toContain('to_jsonb(new))')
    expect(plain[0]?.['source']).not.toMatch(/declare|personal|envelope/)
  })

  it('reach the history as envelopes alone', async () => {
    const id = await insert(
      'name, remark, personal',
      `'Ann', 'shy', '{"name": "${envelope}", "remark": "${envelope}"}'`,
    )
    await app(
      `update patients set version = version + 1, remark = null, name = 'Bea', personal = '{"name": "${another}"}' where id = $1`,
      [id],
    )
    await app("update patients set version = version + 1, kind = 'animal' where id = $1", [id])
    await app('delete from patients where id = $1', [id])
    const rows = await app(
      'select operation, version, data from patient_history where entity_id = $1 order by seq',
      [id],
    )
    expect(rows).toMatchObject([
      { operation: 'insert', data: { kind: 'person', personal: { name: envelope, remark: envelope } } },
      { operation: 'update', data: { kind: 'person', personal: { name: another } } },
      { operation: 'update', data: { kind: 'animal', personal: { name: another } } },
      { operation: 'delete', version: 4, data: { kind: 'animal', personal: { name: another } } },
    ])
    for (const { data } of rows)
      expect(Object.keys(data as object).toSorted()).toEqual([
        'id',
        'kind',
        'personal',
        'updated_at',
        'version',
      ])
  })

  it.each([
    ['no envelope', 'name', "'Ann'", 'name'],
    ['an envelope of another', 'name, personal', `'Ann', '{"remark": "${envelope}"}'`, 'name'],
    ['its text for an envelope', 'name, personal', `'Ann', '{"name": "Ann"}'`, 'name'],
    ['a text that begins like one', 'name, personal', `'Ann', '{"name": "personal.v1:care:Ann B."}'`, 'name'],
    ['an object for an envelope', 'name, personal', `'Ann', '{"name": {"x": "${envelope}"}}'`, 'name'],
    ['a list', 'name, personal', `'Ann', '["name"]'`, 'name'],
    [
      'an envelope of nothing',
      'name, personal',
      `'Ann', '{"name": "${envelope}", "remark": "${envelope}"}'`,
      'remark',
    ],
    [
      'an envelope of null',
      'name, detail, personal',
      `'Ann', 'null', '{"name": "${envelope}", "detail": "${envelope}"}'`,
      'detail',
    ],
    ['something else beside', 'name, personal', `'Ann', '{"name": "${envelope}", "kind": "x"}'`, 'personal'],
  ])('are refused with %s, whoever writes', async (_what, columns, values, column) => {
    for (const who of everyone) {
      const writing = clinic.as(who, name, `insert into ${name}.patients (${columns}) values (${values})`)
      await expect(writing).rejects.toMatchObject(refusal('patients', column))
    }
  })

  it.each([
    ['a value', "name = 'Bea'", 'name'],
    ['a value that was null', "remark = 'new'", 'remark'],
    [
      'a value to null',
      `detail = null, name = 'Bea', personal = personal || '{"name": "${another}"}'`,
      'detail',
    ],
    ['the envelopes away', "personal = '{}'", 'name'],
    ['an envelope into plain text', `personal = personal || '{"detail": "plain"}'`, 'detail'],
  ])('are refused when an update changes %s and not its envelope', async (_what, set, column) => {
    const id = await insert(
      'name, detail, personal',
      `'Ann', '{"a": 1}', '{"name": "${envelope}", "detail": "${envelope}"}'`,
    )
    for (const who of everyone) {
      const writing = clinic.as(
        who,
        name,
        `update ${name}.patients set version = version + 1, ${set} where id = $1`,
        [id],
      )
      await expect(writing).rejects.toMatchObject(refusal('patients', column))
    }
  })

  it('are refused when the subject changes and an envelope does not', async () => {
    const changed = clinicSystem(name, 'origin', 'detail')
    const [service] = changed.services
    if (service === undefined) return
    const patients = mutable({
      history: 'patient_history',
      personal: { subject: 'kind', fields: ['name', 'remark'] },
    })
    await applied({ ...changed, services: [{ ...service, owns: { ...service.owns, patients } }] })
    const both = (value: string) => `'{"name": "${value}", "remark": "${value}"}'`
    const id = await insert('name, remark, personal', `'Ann', 'shy', ${both(envelope)}`)
    const moved = (personal: string) =>
      app(
        `update patients set version = version + 1, kind = kind || '2', personal = ${personal} where id = $1`,
        [id],
      )
    await expect(moved('personal')).rejects.toMatchObject(refusal('patients', 'name'))
    await expect(moved(`'{"name": "${another}", "remark": "${envelope}"}'`)).rejects.toMatchObject(
      refusal('patients', 'remark'),
    )
    await moved(both(another))
    await applied(clinic.system)
  })

  it('ignore operators that the session puts in the way', async () => {
    await administrator(`
      create function ${name}.agree(jsonb, jsonb) returns boolean language sql immutable as 'select true';
      create operator ${name}.= (leftarg = jsonb, rightarg = jsonb, function = ${name}.agree);
      create function ${name}.fits(text, text) returns boolean language sql immutable as 'select true';
      create operator ${name}.~ (leftarg = text, rightarg = text, function = ${name}.fits);
      grant execute on function ${name}.agree(jsonb, jsonb), ${name}.fits(text, text) to public`)
    const writing = app(
      `set search_path = ${name}, pg_catalog; insert into patients (name, personal) values ('Ann', '{"name": "Ann"}')`,
    )
    await expect(writing).rejects.toMatchObject(refusal('patients', 'name'))
    await administrator(
      `drop function ${name}.agree(jsonb, jsonb) cascade; drop function ${name}.fits(text, text) cascade`,
    )
  })

  it('of a table without a history are not sealed', async () => {
    await app("insert into visitors (name) values ('Cid')")
    expect(await app('select name from visitors')).toEqual([{ name: 'Cid' }])
  })

  it('of a log take envelopes alone, whoever writes', async () => {
    await app('insert into audit_log (actor, origin, detail) values ($1, $2, $3)', [
      'ann',
      envelope,
      JSON.stringify(envelope),
    ])
    await app('insert into audit_log (actor) values ($1)', ['ann'])
    for (const [column, value] of [
      ['origin', "'10.0.0.1'"],
      ['origin', "'personal.v1:care:'"],
      ['origin', "'10.0.0.1 personal.v1:care:AAAA'"],
      ['detail', '\'{"a": 1}\''],
      ['detail', '\'"plain"\''],
      ['detail', "'null'"],
    ])
      for (const who of [everyone[0], 'administrator'] as Who[]) {
        const writing = clinic.as(who, name, `insert into ${name}.audit_log (${column}) values (${value})`)
        await expect(writing).rejects.toMatchObject(refusal('audit_log'))
      }
  })

  it('of a log may be others later: rows stay as they are', async () => {
    expect(await applied(clinicSystem(name, 'origin'))).toContainEqual(
      expect.stringContaining('does not check as it should'),
    )
    await app('insert into audit_log (actor, origin, detail) values ($1, $2, $3)', [
      'ann',
      envelope,
      '{"a": 1}',
    ])
    await applied(clinic.system)
    expect(await clinic.plan()).toEqual([])
    await expect(app("insert into audit_log (detail) values ('1')")).rejects.toMatchObject(
      refusal('audit_log'),
    )
    expect(await app("select detail from audit_log where detail ? 'a'")).toEqual([{ detail: { a: 1 } }])
  })

  it('stay sealed while another that the manifest names has yet to come', async () => {
    const more = clinicWith(name, {
      patients: [...ofPatients, 'nickname'],
      audit_log: ['origin', 'detail', 'device'],
    })
    await applied(more)
    const { changes } = await planSystem({ ...clinic.context, system: more })
    expect(changes.map(({ summary }) => summary)).toEqual([
      'needs the personal column "device"',
      'needs the personal column "nickname"',
    ])
    await expect(app("insert into patients (name) values ('Ann')")).rejects.toMatchObject(
      refusal('patients', 'name'),
    )
    await expect(
      app(`insert into audit_log (actor, origin) values ('ann', '"plain"')`),
    ).rejects.toMatchObject(refusal('audit_log'))
    const id = await insert()
    const [row] = await app('select data from patient_history where entity_id = $1', [id])
    expect(row?.['data']).toMatchObject({ personal: { name: envelope } })
    expect(row?.['data']).not.toHaveProperty('name')
    // It may not be lost instead of coming.
    await expect(
      administrator(
        `begin; alter table ${name}.patients drop column remark; select freehold.guard('${name}')`,
      ),
    ).rejects.toThrow(/has lost a column that it needs to seal/)
    await applied(clinicSystem(name, 'origin', 'detail'))
    expect(await clinic.plan()).toEqual([])
  })

  it('are attacked by a proof, and hold', async () => {
    const root = new URL('./fixtures/', import.meta.url).pathname
    const { verdict, findings } = await proveSystem(clinic.context, {
      root,
      who: 'test',
      chapters: ['immutability'],
    })
    expect(verdict).toBe('held')
    const made = findings.filter(({ id }) => id.startsWith('personal.'))
    expect(made.filter((finding) => finding.verdict !== 'held')).toEqual([])
    const whatOf = (as: string) => new Set(made.filter((finding) => finding.as === as).map(({ id }) => id))
    const all = new Set(['personal.log', 'personal.history', 'personal.envelope'])
    expect(whatOf(`${name}_app`)).toEqual(all)
    expect(whatOf(`${name}_owner`)).toEqual(all)
    expect(whatOf(`${name}_migrator`)).toEqual(new Set(['personal.log']))
    expect(whatOf('a superuser')).toEqual(new Set(['personal.log']))
    expect(made.some(({ what }) => what.includes('"detail"'))).toBe(true)
  })

  it('are put right where somebody took their guards away', async () => {
    const weakened = [
      `alter table ${name}.audit_log drop constraint personal_is_sealed`,
      `alter table ${name}.audit_log drop constraint personal_is_sealed, add constraint personal_is_sealed check (true)`,
      `create or replace function freehold.${name}__patients__history() returns trigger language plpgsql security definer as 'begin return null; end'`,
    ]
    for (const sql of weakened) {
      await administrator(sql)
      expect(await clinic.plan()).not.toEqual([])
      await clinic.apply()
      expect(await clinic.plan()).toEqual([])
    }
  })

  it.each([
    [
      'patients',
      'alter table patients drop column personal',
      /needs a column "personal" jsonb not null default/,
    ],
    ['patients', 'alter table patients alter personal drop not null', /needs a column "personal" jsonb/],
    ['patients', 'alter table patients drop column remark', /needs the personal column "remark"/],
    ['patients', 'alter table patients alter remark type bytea using null', /"remark" of the type bytea/],
    ['erasures', 'alter table erasures drop column subject', /needs a column "subject" text not null/],
    ['audit_log', 'alter table audit_log drop column actor', /needs a column "actor", which says whom/],
    [
      'audit_log',
      'alter table audit_log drop column origin; alter table audit_log add origin uuid',
      /"origin" of the type uuid/,
    ],
  ])('of %s: %s is named', async (table, sql, summary) => {
    const drift = await administrator(
      `begin; set local search_path = ${name}; set local freehold.guarding = on; ${sql};
       select object, summary from freehold.table_drift('${name}') where repair is null`,
    )
    expect(drift).toContainEqual({
      object: `${name}.${table}`,
      summary: expect.stringMatching(summary) as unknown,
    })
  })
})

describe.skipIf(!canPartition)('personal columns of a partitioned log', () => {
  const name = `t${randomBytes(4).toString('hex')}_hospital`
  const hospital = (...fields: string[]): System =>
    defineSystem({
      name,
      strategy: { kind: 'database-per-service' },
      services: [
        defineService({
          name,
          database: `${name}_db`,
          owns: {
            audit_log: immutable({
              kind: 'audit',
              partition: { rows: 100 },
              personal: { subject: 'actor', fields },
            }),
            erasures: immutable({ kind: 'erasure' }),
          },
          migrations: 'hospital',
        }),
      ],
    })
  let opened: Provisioned
  beforeAll(async () => {
    opened = await openSystem(inject('serverUrl'), hospital('origin'))
  })
  afterAll(() => opened.remove())

  it('are checked in each partition, and may be others later', async () => {
    const app = (sql: string) => opened.as({ service: name, kind: 'app' }, name, sql)
    const refused = { code: '23514', constraint: 'personal_is_sealed' }
    await app(
      `insert into audit_log (actor, origin) select 'ann', '${envelope}' from generate_series(1, 250)`,
    )
    await expect(app("insert into audit_log (origin) values ('10.0.0.1')")).rejects.toMatchObject(refused)
    for (const [rows, system] of [
      [2000, hospital('detail')],
      [4000, hospital('origin', 'detail')],
    ] as const) {
      const context = { ...opened.context, system }
      await applyPlan(context, await planSystem(context))
      expect((await planSystem(context)).changes).toEqual([])
      await expect(app("insert into audit_log (detail) values ('1')")).rejects.toMatchObject(refused)
      const extend = `select freehold.extend_log('audit_log', ${rows}) as made`
      expect(await opened.as({ service: name, kind: 'migrator' }, name, extend)).not.toEqual([{ made: 0 }])
      expect((await planSystem(context)).changes).toEqual([])
    }
  })
})
