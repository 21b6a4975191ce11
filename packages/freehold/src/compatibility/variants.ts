/** A text that means what a recorded one means, as far as a schema is concerned, and that the server takes. */
export interface Variant {
  readonly text: string
  /** Whether parameters were replaced by constants, so that no values can be tried. */
  readonly isConstant: boolean
}

const typeNames =
  'interval|date|timestamp with time zone|timestamp without time zone|timestamptz|timestamp|time with time zone|time without time zone|timetz|time|bytea|jsonb|json|uuid|inet|cidr|numeric|decimal|integer|int|bigint|smallint|text|varchar|boolean|bool|real|double precision|point|box|xml'
const typedLiteral = new RegExp(`\\b(${typeNames})\\s+\\$(\\d+)`, 'gi')
const bitLiteral = /\b(?:[BXEN]|U&)\$(\d+)/gi
const extracted = /\bextract\s*\(\s*\$\d+\s+from\b/gi
const parameter = /\$(\d+)/g

/**
 * What to try in turn until the server takes one. `pg_stat_statements` puts a parameter wherever a constant was,
 * also where the grammar has no room for one: `interval $1`, `extract($1 from …)`. Where a type cannot be inferred,
 * constants stand in, since the question is only whether a schema makes a difference.
 */
export function variantsOf(text: string): Variant[] {
  const grammatical = text
    .replace(typedLiteral, (_, type: string, number: string) => `($${number}::${type})`)
    .replace(bitLiteral, (_, number: string) => `($${number}::text)`)
    .replace(extracted, 'extract(epoch from')
  const constants = ["'1'", '1', 'null', "'{}'"].map((constant) => ({
    text: grammatical.replace(parameter, constant),
    isConstant: true,
  }))
  const asText = { text: grammatical.replace(/(?<!::)\$(\d+)(?!\s*::)/g, '($$$1::text)'), isConstant: false }
  const all = [{ text, isConstant: false }, { text: grammatical, isConstant: false }, asText, ...constants]
  return all.filter(({ text: each }, index) => all.findIndex((other) => other.text === each) === index)
}
