import type { Service } from '@freehold/manifest'
import { historyFunctionOf } from '@freehold/manifest'
import type { Attack } from '../attack.js'
import { outOfBounds } from '../rows.js'
import type { Survey } from '../survey.js'

type Text = readonly [id: string, attempts: string, sql: string, rest?: Partial<Attack>]

/** What a role must not do to the tables of a service in the same database. */
export function sharedAttacks(own: Service, neighbour: Service, survey: Survey): Attack[] {
  const { schema } = neighbour
  const tables = survey.relations.filter((relation) => relation.schema === schema)
  const texts: Text[] = [
    [
      'create-in-schema',
      'makes a table in its schema',
      `create table "${schema}".freehold_prove (x integer)`,
    ],
    [
      'function-in-schema',
      'makes a function in its schema',
      `create function "${schema}".freehold_prove() returns integer language sql return 1`,
    ],
    ['type-in-schema', 'makes a type in its schema', `create type "${schema}".freehold_prove as enum ('x')`],
    ['drop-schema', 'drops its schema', `drop schema "${schema}" cascade`],
    ['rename-schema', 'renames its schema', `alter schema "${schema}" rename to freehold_prove`],
    ['guard', 'guards its tables', `select freehold.guard('${neighbour.name}')`],
    ...tables.flatMap(({ name, qualified, sequence }): Text[] => [
      [`select`, `reads ${name}`, `select from ${qualified}`],
      [`insert`, `writes ${name}`, `insert into ${qualified} default values`],
      [`update`, `changes ${name}`, `update ${qualified} set ${columnOf(survey, qualified)} = default`],
      [`delete`, `deletes from ${name}`, `delete from ${qualified}`],
      [`truncate`, `empties ${name}`, `truncate ${qualified}`],
      [`lock`, `locks ${name}`, `lock table ${qualified} in access share mode`],
      [`copy`, `copies ${name}`, `copy ${qualified} to '/dev/null'`],
      [`drop`, `drops ${name}`, `drop table ${qualified} cascade`],
      [`alter`, `alters ${name}`, `alter table ${qualified} add column freehold_prove integer`],
      [
        `foreign-key`,
        `refers to ${name} by a foreign key`,
        `create table "${own.schema}".freehold_prove (x uuid references ${qualified})`,
        // As who may not make the table at all, or as its owner.
        { refusals: ['42501'] },
      ],
      [
        `inherit`,
        `inherits ${name}`,
        `create table "${own.schema}".freehold_prove () inherits (${qualified})`,
      ],
      [
        `trigger`,
        `hangs a trigger on ${name}`,
        `create trigger freehold_prove after insert on ${qualified} for each row execute function freehold.keep_version()`,
      ],
      [
        `rule`,
        `puts a rule on ${name}`,
        `create rule freehold_prove as on insert to ${qualified} do instead nothing`,
      ],
      [`policy`, `puts a policy on ${name}`, `create policy freehold_prove on ${qualified} using (true)`],
      [
        `grant`,
        `gives itself ${name}`,
        `grant all on table ${qualified} to public`,
        {
          didNothing: `not has_table_privilege(current_user, '${qualified}', 'SELECT, INSERT, UPDATE, DELETE')`,
        },
      ],
      ...(sequence === null
        ? []
        : ([
            [`sequence`, `draws from ${sequence}`, `select nextval('${sequence}')`],
            [`setval`, `sets ${sequence}`, `select ${outOfBounds(sequence)}`],
          ] as const)),
    ]),
    ...Object.entries(neighbour.owns).flatMap(([name, table]): Text[] =>
      table.mutability === 'mutable' && table.history !== undefined
        ? [
            [
              'history-writer',
              `writes the history of ${name}`,
              `select freehold.${historyFunctionOf(neighbour, name)}()`,
            ],
          ]
        : [],
    ),
  ]
  return texts.map(([id, attempts, sql, rest = {}]) => ({
    id: `data.${id}`,
    attempts,
    against: neighbour.name,
    sql,
    ...rest,
  }))
}

/** Any column will do: the right to it is asked for first. */
function columnOf({ relations }: Survey, qualified: string): string {
  const name = relations.find((relation) => relation.qualified === qualified)?.columns[0]?.name
  return `"${name ?? 'id'}"`
}
