/** What some functions of PostgreSQL want as a text or document: of others, any value of the type will do. */
const forms: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  date_trunc: { 0: 'day', 2: 'UTC' },
  date_part: { 0: 'day' },
  extract: { 0: 'day' },
  timezone: { 0: 'UTC' },
  to_char: { 1: '999' },
  to_number: { 0: '1', 1: '999' },
  to_date: { 0: '2026-01-02', 1: 'YYYY-MM-DD' },
  to_timestamp: { 0: '2026-01-02', 1: 'YYYY-MM-DD' },
  encode: { 1: 'hex' },
  decode: { 0: 'ab', 1: 'hex' },
  digest: { 1: 'sha256' },
  hmac: { 2: 'sha256' },
  crypt: { 1: '$1$abcdefgh' },
  to_tsvector: { 0: 'english' },
  to_tsquery: { 0: 'english', 1: 'word' },
  plainto_tsquery: { 0: 'english' },
  websearch_to_tsquery: { 0: 'english' },
  jsonb_to_recordset: { 0: '[{}]' },
  json_to_recordset: { 0: '[{}]' },
  jsonb_populate_recordset: { 1: '[{}]' },
  json_populate_recordset: { 1: '[{}]' },
  jsonb_array_elements: { 0: '[{}]' },
  json_array_elements: { 0: '[{}]' },
  jsonb_array_elements_text: { 0: '["a"]' },
  json_array_elements_text: { 0: '["a"]' },
  jsonb_array_length: { 0: '[1]' },
  json_array_length: { 0: '[1]' },
}

/**
 * What an argument of a function must be like for the call to work at all; undefined where its type says enough.
 *
 * @param count - How many arguments there are: a text search may come without its configuration.
 * @param index - Of the argument, from 0.
 */
export function formOfArgument(name: string, count: number, index: number): string | undefined {
  if (count === 1 && /ts(?:vector|query)$/.test(name)) return 'word'
  return forms[name]?.[index]
}
