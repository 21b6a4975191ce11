import { orNull } from '@freehold/runtime/fastify'
import { Type, type Static } from 'typebox'

/** The bounds of a profile, in characters (code points), as in the table's constraints. */
export const profileLimits = { displayName: 100, bio: 1000, avatarUrl: 2048 } as const

/**
 * What can be a display name: it begins with a character that can be seen, and holds nothing that would control
 * or turn the text around it. The joiners of emoji and of Persian are welcome.
 */
const displayNamePattern =
  '^\\p{Z}*[^\\p{Z}\\p{Cc}\\p{Cf}\\p{Default_Ignorable_Code_Point}][^\\p{Cc}\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069\\ufeff]*$'

const displayName = Type.String({
  minLength: 1,
  maxLength: profileLimits.displayName,
  pattern: displayNamePattern,
  examples: ['Ada'],
})
const namePart = Type.String({
  minLength: 1,
  maxLength: profileLimits.displayName,
  pattern: displayNamePattern,
  examples: ['Ada'],
})
const bio = Type.String({ maxLength: profileLimits.bio, examples: ['Writes programs for engines.'] })
const avatarUrl = Type.String({
  maxLength: profileLimits.avatarUrl,
  description: 'The https address of a picture.',
  examples: ['https://example.org/ada.png'],
})

/** What PATCH takes: a JSON Merge Patch (RFC 7396) of a profile. */
export const profilePatch = Type.Object(
  {
    displayName: Type.Optional(displayName),
    name: Type.Optional(
      Type.Object(
        { given: namePart, family: Type.Optional(orNull(namePart)) },
        { additionalProperties: false, description: 'The name in its parts, in place of displayName.' },
      ),
    ),
    bio: Type.Optional(orNull(bio)),
    avatarUrl: Type.Optional(orNull(avatarUrl)),
  },
  {
    additionalProperties: false,
    description: 'A JSON Merge Patch (RFC 7396): null takes a member back to its default.',
    examples: [{ bio: 'Writes programs for engines.' }],
  },
)

const shown = {
  id: Type.String({ format: 'uuid' }),
  displayName: Type.String({ description: 'The name as it is shown.' }),
  name: Type.Object(
    { given: Type.String(), family: orNull(Type.String()) },
    {
      description:
        'The same name in its parts. Who gave it whole has its last word for the family name, where it has several.',
    },
  ),
  bio: Type.String(),
  avatarUrl: orNull(Type.String()),
}

const example = {
  id: '019aaf5b-91d0-7b6e-8a55-4f4a0a6c2d10',
  displayName: 'Ada Lovelace',
  name: { given: 'Ada', family: 'Lovelace' },
  bio: 'Writes programs for engines.',
  avatarUrl: 'https://example.org/ada.png',
}

/** What everybody may see. Shared by name in the OpenAPI document. */
export const publicProfileSchema = Type.Object(shown, {
  $id: 'PublicProfile',
  description: 'What a person tells everybody.',
  examples: [example],
})

/** What a person sees of themselves. Shared by name in the OpenAPI document. */
export const profileSchema = Type.Object(
  {
    ...shown,
    version: Type.Integer({ minimum: 1 }),
    createdAt: Type.String({ format: 'date-time' }),
    updatedAt: Type.String({ format: 'date-time' }),
  },
  {
    $id: 'Profile',
    description: 'The profile of the caller. Its version is its ETag.',
    examples: [
      {
        ...example,
        version: 2,
        createdAt: '2026-01-05T09:30:00.000Z',
        updatedAt: '2026-01-05T09:31:00.000Z',
      },
    ],
  },
)

export type ProfilePatch = Static<typeof profilePatch>
