import { absent, containment, type Difference, type WrittenSchema } from '../../schemas/index.js'
import { heard, told } from '../told-and-heard.js'
import type { ApiChange, Say } from './change.js'
import { schemaIn, type ApiDocument } from './document.js'
import { goneMembers } from './gone-members.js'

/** The documents that are compared. */
export interface Documents {
  readonly old: ApiDocument
  readonly now: ApiDocument
}

/** What of requests that were right is refused now: in the body, or in a parameter. */
export function requestChanges(
  where: string,
  old: unknown,
  now: unknown,
  { old: from, now: to }: Documents,
  say: Say,
): ApiChange[] {
  const [sent, taken] = [schemaIn(from, old, 'request'), schemaIn(to, now, 'request')]
  const { differences } = containment(sent, taken)
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
      .map((each) =>
        changed(each, where, 'request-narrowed', 'was right in a request, and is refused now', say),
      ),
    ...goneMembers(sent, taken).map((member) =>
      say(
        'warning',
        'request-member-ignored',
        `${where}: ${member} is not spoken of any more`,
        'Say what becomes of it, or keep it.',
      ),
    ),
    ...added.map((member) => say('note', 'request-member-added', `${where}: ${member} is new`)),
  ]
}

/** What of answers is new to those who know the old ones. They pass over members that they do not know. */
export function responseChanges(
  where: string,
  old: unknown,
  now: unknown,
  { old: from, now: to }: Documents,
  say: Say,
): ApiChange[] {
  const [known, said] = [schemaIn(from, old, 'response'), schemaIn(to, now, 'response')]
  const { differences } = containment(as(told, said), as(heard, known))
  const broken = new Set(differences.map(({ path }) => path))
  return [
    ...differences.map((each) =>
      changed(each, where, 'response-widened', 'in an answer, which clients do not expect', say),
    ),
    ...goneMembers(known, said)
      .filter((member) => !broken.has(member))
      .map((member) =>
        say(
          'warning',
          'response-member-removed',
          `${where}: ${member}, which was optional, is not in answers any more`,
        ),
      ),
    ...goneMembers(said, known).map((member) =>
      say('note', 'response-member-added', `${where}: ${member} is new`),
    ),
  ]
}

function changed(difference: Difference, where: string, rule: string, what: string, say: Say): ApiChange {
  const { path, reason, isCertain } = difference
  const details = { path, ...('witness' in difference && { witness: difference.witness }) }
  const subject = path === '' ? where : `${where}: ${path}`
  if (!isCertain)
    return say(
      'warning',
      'not-comparable',
      `${subject} ${reason} (${what}), as far as could be seen`,
      undefined,
      details,
    )
  return say('error', rule, `${subject} ${reason} (${what})`, undefined, details)
}

function as(change: typeof told, { schema, definitions = {} }: WrittenSchema): WrittenSchema {
  return {
    schema: change(schema),
    definitions: Object.fromEntries(Object.entries(definitions).map(([name, each]) => [name, change(each)])),
  }
}
