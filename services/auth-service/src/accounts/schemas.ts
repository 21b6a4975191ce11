import Type from 'typebox'
import { longestPassword, shortestPassword } from '../passwords/normalised-password.js'
import { longestDisplayName } from './display-name.js'
import { longestEmail } from './email.js'

const strict = { additionalProperties: false }

const email = Type.String({
  minLength: 3,
  maxLength: longestEmail,
  description: 'Trimmed and NFKC-normalised. Letter case is kept, and does not tell accounts apart.',
  examples: ['ada@example.org'],
})

const newPassword = Type.String({
  minLength: shortestPassword,
  maxLength: longestPassword,
  description: 'Counted in characters. NFKC-normalised before it is hashed.',
  examples: ['correct horse battery staple'],
})

/** No lower bound: what is too short for a new password is simply wrong here. */
const typedPassword = Type.String({
  minLength: 1,
  maxLength: longestPassword,
  examples: ['correct horse battery staple'],
})

/**
 * What can be a display name: it begins with a character that can be seen, and holds nothing that would control
 * or turn the text around it. The joiners of emoji and of Persian are welcome.
 */
const displayNamePattern =
  '^\\p{Z}*[^\\p{Z}\\p{Cc}\\p{Cf}\\p{Default_Ignorable_Code_Point}][^\\p{Cc}\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069\\ufeff]*$'

/** The body of a registration. */
export const registrationBody = Type.Object(
  {
    email,
    password: newPassword,
    displayName: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: longestDisplayName,
        pattern: displayNamePattern,
        description: 'How others see the name. The local part of the address when absent.',
        examples: ['Ada Lovelace'],
      }),
    ),
  },
  strict,
)

/** An account, as its owner sees it. */
export const accountSchema = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    email: Type.String({ examples: ['ada@example.org'] }),
    version: Type.Integer({ minimum: 1 }),
    createdAt: Type.String({ format: 'date-time' }),
    updatedAt: Type.String({ format: 'date-time' }),
  },
  { title: 'Account', additionalProperties: false },
)

/** The body of a login. */
export const loginBody = Type.Object(
  {
    email: Type.String({ minLength: 1, maxLength: longestEmail, examples: ['ada@example.org'] }),
    password: typedPassword,
  },
  strict,
)

/** The body of a change of password. */
export const passwordBody = Type.Object({ currentPassword: typedPassword, newPassword }, strict)

/** The body that closes an account. */
export const closingBody = Type.Object({ currentPassword: typedPassword }, strict)
