import { buildCommand, buildRouteMap, numberParser } from '@stricli/core'
import { globalFlags, text, type GlobalFlags } from './flags.js'
import { command, type CliContext } from './invocation.js'
import type { NewMigrationFlags } from './commands/migrate-new.js'

const services = {
  kind: 'array',
  parameter: { parse: text, placeholder: 'service', brief: 'Names of services; all when none is given' },
} as const

type UpFlags = GlobalFlags & {
  readonly wait: number
  readonly dryRun: boolean
  readonly contractNow?: string
}

const up = buildCommand<UpFlags, readonly string[], CliContext>({
  docs: {
    brief: 'Apply the migrations that are pending',
    fullDescription:
      'Apply the migrations that are pending, service by service. What a failing migration did is rolled back; one that cannot run in a transaction goes on next time where it stopped. A contract step is refused until nothing has used what it takes away for the time that it states.',
  },
  parameters: {
    flags: {
      ...globalFlags,
      wait: {
        kind: 'parsed',
        parse: numberParser,
        default: '120',
        placeholder: 'seconds',
        brief:
          'How long to wait for what is in the way: a connection, another run, and locks of others, together',
      },
      dryRun: {
        kind: 'boolean',
        default: false,
        withNegated: false,
        brief: 'Apply them on a shadow, and print the locks and rewrites seen there',
      },
      contractNow: {
        kind: 'parsed',
        parse: text,
        optional: true,
        placeholder: 'reason',
        brief: 'Apply the first contract step that would have to wait; the reason is recorded',
      },
    },
    positional: services,
  },
  loader: command(async () => (await import('./commands/migrate-up.js')).migrateUp),
})

const status = buildCommand<GlobalFlags, readonly string[], CliContext>({
  docs: {
    brief: 'Show which migrations are applied and which are pending',
    fullDescription:
      'Show which migrations are applied and which are pending.\n\nExit codes: 0 none is pending, 2 some are, 1 an error, or files that contradict what was applied.',
  },
  parameters: { flags: globalFlags, positional: services },
  loader: command(async () => (await import('./commands/migrate-status.js')).migrateStatus),
})

const written = (placeholder: string, brief: string) =>
  ({ kind: 'parsed', parse: text, optional: true, placeholder, brief }) as const

const create = buildCommand<NewMigrationFlags, [service: string, name: string], CliContext>({
  docs: {
    brief: 'Write the file of a new migration, or the files of a whole expand-and-contract path',
    fullDescription:
      'Write the file of a new migration. With a change given, write the files of its path: expand, backfill, switch, contract; for the table as the database of the service has it.',
  },
  parameters: {
    flags: {
      ...globalFlags,
      renameColumn: written('table.column=name', 'Rename a column'),
      changeType: written('table.column=type', 'Change the type of a column, under a new name'),
      split: written('table.column=first,second', 'Make several columns of one'),
      setNotNull: written('table.column', 'Make a column required'),
      addForeignKey: written('table.column=table.column', 'Refer to another table of the service'),
      dropColumn: written('table.column', 'Drop a column'),
      dropTable: written('table', 'Drop a table'),
      using: {
        kind: 'parsed',
        parse: text,
        optional: true,
        variadic: true,
        placeholder: 'expression',
        brief: 'What a new column is made of; for --split column=expression, once for each',
      },
      back: written('expression', 'What the old column is made of, while both are there'),
      as: written('name', 'The name of the column of the new type'),
      default: written('expression', 'What --set-not-null writes where there is null'),
      after: {
        kind: 'parsed',
        parse: text,
        default: '1 day',
        placeholder: 'time',
        brief: 'How long the old shape must be unused before it is taken away',
      },
      beforeContracts: {
        kind: 'boolean',
        default: false,
        withNegated: false,
        brief: 'Give contract steps at the end higher numbers, so that they hold nothing back',
      },
      current: written('version', 'The version that runs; else that of package.json'),
      next: written('version', 'The first version that knows the new shape; else the next minor one'),
    },
    positional: {
      kind: 'tuple',
      parameters: [
        { parse: text, placeholder: 'service', brief: 'Whose migration it is' },
        { parse: text, placeholder: 'name', brief: 'What it does, for example add_tags_to_notes' },
      ],
    },
  },
  loader: command(async () => (await import('./commands/migrate-new.js')).migrateNew),
})

const resolve = buildCommand<
  GlobalFlags & { readonly done: boolean; readonly again: boolean },
  [service: string, migration: string, statement: string],
  CliContext
>({
  docs: {
    brief: 'Say how a statement ended that no run saw end',
    fullDescription:
      'Say how a statement ended that no run saw end. A run asks the catalog first; this is for the few statements of which it does not tell. The next `freehold migrate up` goes on from there.',
  },
  parameters: {
    flags: {
      ...globalFlags,
      done: {
        kind: 'boolean',
        default: false,
        withNegated: false,
        brief: 'It is done, and does not run again',
      },
      again: { kind: 'boolean', default: false, withNegated: false, brief: 'It is not done, and runs again' },
    },
    positional: {
      kind: 'tuple',
      parameters: [
        { parse: text, placeholder: 'service', brief: 'Whose migration it is' },
        { parse: text, placeholder: 'migration', brief: 'Its number' },
        { parse: text, placeholder: 'statement', brief: 'The place of the statement in it, from 1' },
      ],
    },
  },
  loader: command(async () => (await import('./commands/migrate-resolve.js')).migrateResolve),
})

/** `freehold migrate …` */
export const migrateRoutes = buildRouteMap({
  routes: { up, status, new: create, resolve },
  docs: { brief: 'Change the schemas of services' },
})
