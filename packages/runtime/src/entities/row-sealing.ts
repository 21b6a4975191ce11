import type { Service } from '@freehold/manifest'
import { requiredKeys, sealValues, subjectText, type KeyStore } from '../personal/index.js'
import { plainIn, subjectMissing } from '../personal/plain.js'
import type { SealedIn } from '../personal/sealed-in.js'
import type { ColumnValue } from '../statements/columns.js'
import { json, type JsonValue } from '../statements/json.js'
import { requireTable } from '../statements/require-table.js'
import type { EntityTable, Seal, Write } from './statement-texts.js'

/** The column beside the row that its envelopes are in. */
export const envelopesColumn = 'personal'

type Values = Readonly<Record<string, unknown>>

/** Seals the personal columns of a table that keeps a history, and opens them there. */
export class RowSealing {
  readonly subject: string
  readonly fields: readonly string[]
  readonly #service: string
  readonly #table: EntityTable
  readonly #purpose: string

  constructor(
    service: string,
    table: EntityTable,
    personal: { subject: string; fields: readonly string[]; purpose: string },
  ) {
    this.subject = personal.subject
    this.fields = personal.fields
    this.#service = service
    this.#table = table
    this.#purpose = personal.purpose
  }

  /** What an insert sets, with the envelopes. */
  async inserted(keys: KeyStore | undefined, set: readonly ColumnValue[]): Promise<readonly ColumnValue[]> {
    const given: Values = Object.fromEntries(set)
    const envelopes = await this.#envelopes(keys, given[this.subject], given)
    return [...set, [envelopesColumn, json(envelopes)]]
  }

  /**
   * What an update does with the envelopes, when that can be told without the row: those of the columns that it sets are
   * replaced, and the row must have the others. Undefined when the row has to be looked at.
   */
  async updated(keys: KeyStore | undefined, write: Write): Promise<Seal | undefined> {
    const given: Values = Object.fromEntries(write.set)
    if (Object.hasOwn(given, this.subject)) return undefined
    const replaced = this.#among(given)
    const subject =
      this.#table.key === this.subject ? write.key : Object.fromEntries(write.scope)[this.subject]
    const isNothing = replaced.every((field) => plainIn(given[field]) === null)
    if (!isNothing && subjectText(subject) === undefined) return undefined
    const kept = this.fields.filter((field) => !replaced.includes(field))
    return { kept, envelopes: replacing(replaced, await this.#envelopes(keys, subject, given)) }
  }

  /**
   * The same for a row as it is: all its envelopes are made anew. So is one that was written before there were envelopes,
   * and one that is about somebody else from now on.
   */
  async renewed(keys: KeyStore | undefined, write: Write, current: Values): Promise<Seal> {
    const values = { ...current, ...Object.fromEntries(write.set) }
    const envelopes = await this.#envelopes(keys, values[this.subject], values)
    return { kept: [], envelopes: replacing(this.fields, envelopes) }
  }

  /** What is sealed of a revision, and goes into the row that it shows. What was written without is there already. */
  sealedIn(row: object, subject: unknown, envelopes: Readonly<Record<string, unknown>> | null): SealedIn[] {
    return this.fields.flatMap((field): SealedIn[] => {
      const envelope = envelopes?.[field]
      if (typeof envelope !== 'string' || !this.#table.columns.includes(field)) return []
      const text = subjectText(subject)
      if (text === undefined) throw subjectMissing(this.#service, this.#table.name, this.subject)
      return [{ row, place: { ...this.#place(field, text), envelope } }]
    })
  }

  #among(given: Values): string[] {
    return this.fields.filter((field) => Object.hasOwn(given, field))
  }

  /** Those of all values that are given and not null. */
  async #envelopes(keys: KeyStore | undefined, about: unknown, values: Values): Promise<Values> {
    const something = this.fields.filter((field) => plainIn(values[field]) !== null)
    if (something.length === 0) return {}
    const subject = subjectText(about)
    if (subject === undefined) throw subjectMissing(this.#service, this.#table.name, this.subject)
    const plain = something.map((field) => ({
      ...this.#place(field, subject),
      purpose: this.#purpose,
      value: plainIn(values[field]),
    }))
    const sealed = await sealValues(requiredKeys(keys), plain)
    return Object.fromEntries(plain.map(({ field }, index) => [field, sealed[index]]))
  }

  #place(field: string, subject: string) {
    return { service: this.#service, name: this.#table.name, field, subject }
  }
}

/** A null for each that goes without another in its place. */
function replacing(fields: readonly string[], envelopes: Values): JsonValue {
  return json(Object.fromEntries(fields.map((field) => [field, envelopes[field] ?? null])))
}

/** Undefined for a table of which nothing is sealed. */
export function rowSealing(service: Service, table: EntityTable): RowSealing | undefined {
  const { personal, history } = requireTable(service, table.name, 'mutable')
  if (personal === undefined || history === undefined) return undefined
  const { subject, fields, purpose = service.name } = personal
  return new RowSealing(service.name, table, { subject, fields, purpose })
}
