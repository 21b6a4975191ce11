import { personalMembers, type EventContract, type JsonSchema } from '@freehold/manifest'
import { Compile } from 'typebox/compile'

/**
 * The schema of the data as it travels. A personal member is a text then, of which `x-personal` says about whom it is, for
 * what purpose it is kept, and what is in it once it is opened.
 */
export function payloadOf(contract: EventContract): JsonSchema {
  const personal = personalMembers(contract)
  if (personal === undefined) return contract.data
  const members = contract.data['properties'] as Readonly<Record<string, JsonSchema>>
  const sealed = personal.fields.map(
    (field) => [field, sealedMember(members[field] ?? {}, personal)] as const,
  )
  return { ...contract.data, properties: { ...members, ...Object.fromEntries(sealed) } }
}

function sealedMember(
  schema: JsonSchema,
  { subject, purpose }: { readonly subject: string; readonly purpose: string },
): JsonSchema {
  return {
    // Nothing is not sealed: it stays nothing.
    type: Compile(schema).Check(null) ? ['string', 'null'] : 'string',
    pattern: `^personal\\.v1:${purpose}:[A-Za-z0-9_-]+$`,
    description: `Personal: sealed under the key of the ${subject} for the purpose ${purpose}.`,
    'x-personal': { subject, purpose, schema },
  }
}
