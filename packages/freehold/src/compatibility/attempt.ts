import type { RecordedStatement } from '../releases/recorded-statement.js'
import { breakOf, isRefused, type Break } from './break.js'
import { relationNamed, type Catalog } from './catalog.js'
import { anew, execute, explain, literal, parameterTypes, prepare, type Prepared } from './prepared.js'
import type { ReadVariant } from './read-statement.js'
import { isOtherResult, resultChanges, type ResultChange } from './result-types.js'
import type { SampleRow } from './samples.js'
import { inWords, type Outcome, type SideSession, type Success } from './side.js'
import type { StatementShape } from './statement-shape.js'
import type { Reached, Trial, TrialStage } from './trial.js'
import { carriedOver, likelyTuples, variedTuples, type Tuple, type TupleSource } from './tuples.js'
import { valueBreaks } from './value-breaks.js'
import type { Value } from './values.js'

/** Tries a statement that is prepared on the first schema: prepares it on the second, plans it, executes it with values. */
export class Attempt {
  readonly #stage: TrialStage
  readonly #statement: RecordedStatement
  readonly #shape: StatementShape
  readonly #isConstant: boolean
  readonly #prepared: Prepared

  constructor(
    stage: TrialStage,
    statement: RecordedStatement,
    name: string,
    { text, shape, isConstant }: ReadVariant,
  ) {
    this.#stage = stage
    this.#statement = statement
    this.#shape = shape
    this.#isConstant = isConstant
    this.#prepared = { name, text, parameterCount: shape.parameterCount }
  }

  async run(): Promise<Trial> {
    const { from, to } = this.#stage
    const parsed = await prepare(to.session, this.#prepared)
    if (!parsed.ok)
      return this.#trial('parsed', {
        breaks: [breakOf(parsed, 'statement-fails', (session) => anew(session, this.#prepared))],
      })
    const [was, is] = await Promise.all([
      explain(from.session, this.#prepared),
      explain(to.session, this.#prepared),
    ])
    if (was.ok && isRefused(is))
      return this.#trial('planned', {
        breaks: [
          breakOf(is, 'statement-fails', (session) =>
            anew(session, this.#prepared, () => explain(session, this.#prepared)),
          ),
        ],
      })
    return this.#execute(was)
  }

  async #execute(planned: Outcome): Promise<Trial> {
    const source = await this.#source()
    let best: { tuple: Tuple; was: Success; is: Outcome } | undefined
    let reason: string | undefined
    for (const tuple of this.#isConstant || source.types.length === 0
      ? [{ values: [], row: 0 }]
      : likelyTuples(source)) {
      const [was, is] = await this.#both(tuple)
      if (!was.ok) reason ??= inWords(was)
      else if (best === undefined || was.rows > best.was.rows) best = { tuple, was, is }
      if (was.ok && was.rows > 0) break
    }
    if (best === undefined) return this.#notExecuted(planned, reason)
    const { tuple, was, is } = best
    const facts = { metRows: was.rows > 0 }
    if (!is.ok) {
      const broken = await this.#confirmed(tuple)
      return this.#trial('executed', { ...facts, breaks: broken ? [broken] : [] })
    }
    const varied = this.#stage.isVaried(this.#statement) ? await this.#vary(source, tuple) : []
    const breaks = await this.#resultBreaks(was, is, tuple, source)
    const more = varied.filter(({ message }) => breaks.every((each) => each.message !== message))
    return this.#trial('executed', { ...facts, breaks: [...breaks, ...more] })
  }

  /** What the first schema has no plan for, fails there already: nothing is known of the second. */
  #notExecuted(planned: Outcome, reason: string | undefined): Trial {
    if (isRefused(planned)) return this.#trial('unchecked', { reason: inWords(planned) })
    const isTouched = this.#stage.changes.isFeltBy(this.#shape)
    return this.#trial('planned', { isTouched, ...(reason !== undefined && { reason }) })
  }

  /** Once more, since a sequence that stands elsewhere, or a lock, says nothing. */
  async #confirmed(tuple: Tuple): Promise<Break | undefined> {
    for (let time = 0; time < 3; time += 1) {
      const [was, is] = await this.#both(tuple)
      if (!was.ok || !isRefused(is)) return undefined
      if (time === 2) return breakOf(is, 'statement-fails', (session) => this.#again(session, tuple))
    }
    return undefined
  }

  async #vary(source: TupleSource, base: Tuple): Promise<Break[]> {
    const tried = await Promise.all(
      variedTuples(source, base).map(async (tuple) => ({ tuple, outcomes: await this.#both(tuple) })),
    )
    const broken: Break[] = []
    const told = new Set<string>()
    for (const {
      tuple,
      outcomes: [was, is],
    } of tried) {
      if (!was.ok || !isRefused(is) || told.has(is.sqlstate)) continue
      const [again] = await this.#both(tuple)
      if (!again.ok) continue
      told.add(is.sqlstate)
      const value = shown(tuple.values[tuple.parameter - 1] ?? null)
      broken.push(
        breakOf(
          is,
          'value-refused',
          (session) => this.#again(session, tuple),
          `${is.message}, with $${tuple.parameter} = ${value}, which was allowed`,
        ),
      )
    }
    const emptied = tried.find(({ outcomes: [was, is] }) => was.ok && is.ok && was.rows > 0 && is.rows === 0)
    if (broken.length === 0 && emptied && this.#shape.writes.length > 0)
      broken.push(...(await this.#emptied(emptied.tuple, source)))
    return broken
  }

  async #resultBreaks(was: Success, is: Success, tuple: Tuple, source: TupleSource): Promise<Break[]> {
    const { from, to } = this.#stage
    const before = { catalog: from.catalog, fields: was.fields }
    const after = { catalog: to.catalog, fields: is.fields }
    const broken = resultChanges(before, after).map((change) => this.#resultBreak(change, before, tuple))
    if (this.#statement.isNamed === true && isOtherResult(before, after))
      broken.unshift({
        rule: 'cached-plan-changes',
        severity: 'error',
        message:
          'cached plan must not change result type: what is prepared under a name fails once on each connection, and with it the transaction that it is in',
        sqlstate: '0A000',
        isBrokenOn: async (session) => this.#resultDiffers(session, before, tuple),
      })
    if (was.rows > 0 && is.rows === 0) broken.push(...(await this.#emptied(tuple, source)))
    if (broken.length > 0) return broken
    return valueBreaks(this.#stage, {
      shape: this.#shape,
      was,
      is,
      both: () => this.#both(tuple),
      anew: (session) => this.#again(session, tuple),
      once: (session) => this.#values(session, tuple),
    })
  }

  #resultBreak({ rule, severity, message }: ResultChange, before: Before, tuple: Tuple): Break {
    return { rule, severity, message, isBrokenOn: (session) => this.#resultDiffers(session, before, tuple) }
  }

  async #resultDiffers(session: SideSession, before: Before, tuple: Tuple): Promise<boolean> {
    const outcome = await this.#again(session, tuple)
    return !outcome.ok || isOtherResult(before, { catalog: this.#stage.to.catalog, fields: outcome.fields })
  }

  /** Rows that were found or written are not any more. That is a matter of data, unless rules about rows changed. */
  async #emptied(tuple: Tuple, source: TupleSource): Promise<Break[]> {
    const { from, to, carried } = this.#stage
    const rules = (catalog: Catalog): string =>
      JSON.stringify(
        this.#shape.tables.map(({ name, schema }) => {
          const relation = relationNamed(catalog, name, schema)
          return relation && [relation.rowSecurity, relation.policies, relation.triggers, relation.rules]
        }),
      )
    if (rules(from.catalog) === rules(to.catalog)) return []
    // A backfill may have moved the version by which a row is found.
    const moved = await this.#values(to.session, carriedOver(source, tuple, carried))
    if (moved.ok && moved.rows > 0) return []
    return [
      {
        rule: 'rows-vanish',
        severity: 'error',
        message:
          'It finds or writes no row where it did: row security, a trigger, a rule or a view now keeps rows from it.',
        isBrokenOn: async (session) => {
          const outcome = await this.#again(session, tuple)
          return !outcome.ok || outcome.rows === 0
        },
      },
    ]
  }

  #both(tuple: Tuple): Promise<[Outcome, Outcome]> {
    return Promise.all([
      this.#values(this.#stage.from.session, tuple),
      this.#values(this.#stage.to.session, tuple),
    ])
  }

  #values(session: SideSession, tuple: Tuple): Promise<Outcome> {
    return execute(session, this.#prepared, tuple.values, this.#settings(tuple.row))
  }

  /** What the service sets before its statements, here to what the row has. */
  #settings(row: number): string {
    const { settings, samples } = this.#stage
    const rowsOf = (table: string): readonly SampleRow[] =>
      [...samples].filter(([key]) => key.endsWith(`.${table}`)).flatMap(([, rows]) => rows)
    const own = this.#shape.tables.flatMap(({ name }) => {
      const rows = rowsOf(name)
      const found = rows[row % Math.max(rows.length, 1)]
      return found === undefined ? [] : [found]
    })
    const all = [...own, ...[...samples.values()].flat()]
    return [...settings]
      .map(([name, column]) => {
        const value =
          column === undefined
            ? null
            : (all.map((each) => each[column]).find((each) => each !== null && each !== undefined) ?? null)
        return `select set_config(${literal(name)}, ${literal(value ?? '1')}, true); `
      })
      .join('')
  }

  #again(session: SideSession, tuple: Tuple): Promise<Outcome> {
    return anew(session, this.#prepared, () => this.#values(session, tuple))
  }

  async #source(): Promise<TupleSource> {
    const { from, to, samples, changes, fresh } = this.#stage
    return {
      shape: this.#shape,
      types: await parameterTypes(from.session, this.#prepared),
      kinds: this.#statement.parameters,
      from: from.catalog,
      to: to.catalog,
      samples,
      changes,
      fresh,
    }
  }

  #trial(reached: Reached, facts: Partial<Trial>): Trial {
    return { statement: this.#statement, reached, shape: this.#shape, metRows: false, breaks: [], ...facts }
  }
}

interface Before {
  readonly catalog: Catalog
  readonly fields: Success['fields']
}

function shown(value: Value): string {
  if (value === null) return 'null'
  return value.length > 40 ? `'${value.slice(0, 20)}…' (${value.length} characters)` : `'${value}'`
}
