import Type from 'typebox'
import { eventTypePattern } from './events/event-type.js'
import { purposePattern } from './validation/personal-shape.js'
import { longestStalenessMs } from './validation/table-shape.js'
import { fewestPartitionRows, mostPartitionRows } from './table.js'
import { identifier, longestServiceName, namePattern } from './identifier.js'

const name = Type.String({ pattern: namePattern() })
const qualified = `^${identifier}\\.${identifier}$`

const eventType = Type.String({ pattern: eventTypePattern, description: 'service.name-of-event.v1' })

const projection = Type.Object(
  {
    of: Type.Record(
      Type.String({ pattern: namePattern(longestServiceName) }),
      Type.Array(eventType, { minItems: 1 }),
      {
        additionalProperties: false,
        minProperties: 1,
        description: 'The types of the events that it is made of, by the service that publishes them.',
      },
    ),
    stalenessMs: Type.Integer({
      minimum: 1,
      maximum: longestStalenessMs,
      description: 'How old what it says may be, in milliseconds.',
    }),
  },
  { additionalProperties: false, description: 'A read model: it can be made anew from events at any time.' },
)

const personal = Type.Object(
  {
    subject: Type.String({ pattern: namePattern(), description: 'The column that says about whom it is.' }),
    fields: Type.Array(Type.String({ pattern: namePattern() }), {
      minItems: 1,
      uniqueItems: true,
      description: "The columns that are sealed under that person's key.",
    }),
    purpose: Type.Optional(
      Type.String({
        pattern: purposePattern,
        description: 'For what it is kept. The name of the service when absent.',
      }),
    ),
  },
  { additionalProperties: false, description: 'What is about a person, who can be forgotten.' },
)

const mutableTable = Type.Object(
  {
    mutability: Type.Literal('mutable'),
    key: Type.String({ pattern: namePattern(), description: "The primary key's column." }),
    history: Type.Optional(
      Type.String({ pattern: namePattern(), description: 'The log that receives each revision.' }),
    ),
    projection: Type.Optional(projection),
    personal: Type.Optional(personal),
  },
  { additionalProperties: false, description: 'Its rows change, under optimistic locking.' },
)

const immutableTable = Type.Object(
  {
    mutability: Type.Literal('immutable'),
    kind: Type.Union([
      Type.Literal('audit'),
      Type.Literal('events'),
      Type.Literal('history'),
      Type.Literal('witness'),
      Type.Literal('erasure'),
    ]),
    partition: Type.Optional(
      Type.Object(
        {
          rows: Type.Integer({
            minimum: fewestPartitionRows,
            maximum: mostPartitionRows,
            description: 'How many seqs each partition takes.',
          }),
        },
        { additionalProperties: false, description: 'Its table is partitioned by range (seq).' },
      ),
    ),
    personal: Type.Optional(personal),
  },
  { additionalProperties: false, description: 'A log: its rows are appended and never change.' },
)

const reference = Type.Object(
  { to: Type.String({ pattern: qualified, description: 'service.table' }) },
  { additionalProperties: false, description: 'An id of another service: never a foreign key.' },
)

const event = Type.Object(
  {
    type: eventType,
    key: Type.String({ minLength: 1, description: 'A required string of the data: order is kept per key.' }),
    data: Type.Object(
      {
        type: Type.Literal('object'),
        properties: Type.Record(Type.String(), Type.Unknown()),
        required: Type.Array(Type.String(), { minItems: 1 }),
      },
      { description: "The JSON Schema of the event's data, complete in itself." },
    ),
    description: Type.Optional(Type.String()),
    personal: Type.Optional(personal),
  },
  { additionalProperties: false, description: 'One version of an event. It never changes.' },
)

const service = Type.Object(
  {
    name: Type.String({
      pattern: namePattern(longestServiceName),
      description: 'Roles take their names from it.',
    }),
    database: Type.String({
      pattern: namePattern(),
      description: 'Where its schema is, under database-per-service.',
    }),
    schema: Type.String({ pattern: namePattern(), description: 'Where its tables are.' }),
    owns: Type.Record(Type.String({ pattern: namePattern() }), Type.Union([mutableTable, immutableTable]), {
      additionalProperties: false,
      description: 'Its tables, by name. A table has one owner.',
    }),
    references: Type.Record(Type.String({ pattern: qualified }), reference, {
      additionalProperties: false,
      description: "Columns that hold other services' ids, as table.column.",
    }),
    publishes: Type.Optional(
      Type.Array(event, { description: 'What it tells others, through its log of kind events.' }),
    ),
    consumes: Type.Optional(
      Type.Record(Type.String({ pattern: namePattern(longestServiceName) }), Type.Array(eventType), {
        additionalProperties: false,
        description: 'The types of the events that it hears, by the service that publishes them.',
      }),
    ),
    expects: Type.Optional(
      Type.Array(event, {
        description: "Contracts by which it reads what it consumes, if not the publisher's.",
      }),
    ),
    migrations: Type.String({
      minLength: 1,
      description: "Its migrations' folder, relative to the configuration's.",
    }),
  },
  { additionalProperties: false },
)

/** The JSON Schema (draft 2020-12) of the manifest as `freehold manifest --json` prints it. */
export const manifestSchema = Type.Object(
  {
    $schema: Type.Optional(Type.String()),
    name: Type.String({ minLength: 1, maxLength: 63 }),
    strategy: Type.Union([
      Type.Object({ kind: Type.Literal('database-per-service') }, { additionalProperties: false }),
      Type.Object(
        { kind: Type.Literal('shared-database'), database: name },
        { additionalProperties: false, description: 'Transitional: one database, a schema per service.' },
      ),
    ]),
    services: Type.Array(service, { minItems: 1 }),
  },
  {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Freehold manifest',
    description: 'Which service owns which data.',
    additionalProperties: false,
  },
)
