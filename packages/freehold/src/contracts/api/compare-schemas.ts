import { absent, containment, textOf, withEach, type Difference } from '../../schemas/index.js'
import { heard, told } from '../told-and-heard.js'
import type { ApiChange } from './change.js'
import type { Comparison } from './exchange.js'
import { schemaIn } from './document/json-schema.js'
import { changedDefaults, goneMembers } from './members.js'
import { ofTheText, readAsText } from './text-values.js'

/** What of requests that were right is refused now: in the body, or in a parameter. */
export function requestChanges(old: unknown, now: unknown, comparison: Comparison): ApiChange[] {
  const { exchange, say, where, isText = false } = comparison
  const { rule, refused } = exchange.taken
  const [sent, taken] = [schemaIn(exchange.old, old, 'request'), schemaIn(exchange.now, now, 'request')]
  if (textOf(sent) === textOf(taken)) return []
  const { differences } = containment(sent, isText ? readAsText(taken, sent) : taken)
  const added = goneMembers(taken, sent)
  // Nobody sent a member that no document spoke of, though an open object has room for it.
  const isOfNoOne = ({ path, reason }: Difference): boolean =>
    added.some((member) =>
      path === member
        ? reason !== absent
        : path.startsWith(member) && /^[.[]/.test(path.slice(member.length)),
    )
  return [
    ...differences
      .filter((each) => !isOfNoOne(each))
      .map((each) => changed(each, `${rule}-narrowed`, refused, comparison)),
    ...goneMembers(sent, taken).map((member) =>
      say(
        'warning',
        `${rule}-member-ignored`,
        `${where}: ${member} is not spoken of any more`,
        'Say what becomes of it, or keep it.',
      ),
    ),
    ...changedDefaults(sent, taken).map(({ path, old: before, now: after }) =>
      say(
        'warning',
        'default-changed',
        `${subject(where, path)} counts as ${after ?? 'nothing'} where it is left out, and was ${before}`,
        'Keep the default: who leaves it out relies on it.',
      ),
    ),
    ...added.map((member) => say('note', `${rule}-member-added`, `${where}: ${member} is new`)),
  ]
}

/** What of answers is new to those who know the old ones. They pass over members that they do not know. */
export function responseChanges(old: unknown, now: unknown, comparison: Comparison): ApiChange[] {
  const { exchange, say, where, isText = false } = comparison
  const { rule, unexpected, plural } = exchange.given
  const [known, said] = [schemaIn(exchange.old, old, 'response'), schemaIn(exchange.now, now, 'response')]
  if (textOf(known) === textOf(said)) return []
  const { differences } = containment(
    withEach(said, told),
    withEach(isText ? readAsText(known, said) : known, heard),
    said,
  )
  const broken = new Set(differences.map(({ path }) => path))
  return [
    ...differences.map((each) => changed(each, `${rule}-widened`, unexpected, comparison)),
    ...goneMembers(known, said)
      .filter((member) => !broken.has(member))
      .map((member) =>
        say(
          'warning',
          `${rule}-member-removed`,
          `${where}: ${member}, which was optional, is not in ${plural} any more`,
        ),
      ),
    ...goneMembers(said, known).map((member) =>
      say('note', `${rule}-member-added`, `${where}: ${member} is new`),
    ),
  ]
}

function changed(difference: Difference, rule: string, what: string, { say, where }: Comparison): ApiChange {
  const { path, reason, isCertain } = difference
  const details = { path, ...('witness' in difference && { witness: difference.witness }) }
  const text = `${subject(where, path)} ${reason.replace(ofTheText, 'the rules of its text demand')} (${what})`
  return isCertain
    ? say('error', rule, text, undefined, details)
    : say('warning', 'not-comparable', `${text}, as far as could be seen`, undefined, details)
}

function subject(where: string, path: string): string {
  return path === '' ? where : `${where}: ${path}`
}
