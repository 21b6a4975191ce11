import { HttpProblem } from '@freehold/runtime/fastify'
import { profileLimits, type ProfilePatch } from './profile-schema.js'
import { joinName, nameColumns, splitName, type NameColumns } from './person-name.js'
import type { ProfileRow } from './profile.js'

/** What a person writes of themselves. */
export type ProfileContent = Pick<ProfileRow, keyof NameColumns | 'bio' | 'avatar_url'>

/**
 * The columns that a merge patch changes. Empty when it changes nothing.
 *
 * @throws HttpProblem 400 when the picture's address is not an https URL, or the name is given twice or too long in all.
 */
export function changesOf(patch: ProfilePatch): Partial<ProfileContent> {
  return {
    ...namedBy(patch),
    ...(patch.bio !== undefined && { bio: patch.bio ?? '' }),
    ...(patch.avatarUrl !== undefined && {
      avatar_url: patch.avatarUrl === null ? null : pictureAddress(patch.avatarUrl),
    }),
  }
}

/** A name is given whole or in its parts, and always written as both. */
function namedBy({ displayName, name }: ProfilePatch): Partial<NameColumns> {
  if (displayName !== undefined && name !== undefined)
    throw invalidMember('name', 'must be left out where displayName is given')
  if (displayName !== undefined) return nameColumns(splitName(displayName))
  if (name === undefined) return {}
  const parts = { given: name.given, family: name.family ?? null }
  if ([...joinName(parts)].length > profileLimits.displayName)
    throw invalidMember('name', `must not have more than ${profileLimits.displayName} characters in all`)
  return nameColumns(parts)
}

/** Pictures are shown by browsers: nothing but https gets there, with no name and password in it. */
function pictureAddress(text: string): string {
  if (/^https:\/\/[^\s\\]+$/i.test(text) && URL.canParse(text)) {
    const { username, password } = new URL(text)
    if (username === '' && password === '') return text
  }
  throw invalidMember('avatarUrl', 'must be an https URL without a user name, or null')
}

function invalidMember(member: string, detail: string): HttpProblem {
  return new HttpProblem(400, {
    slug: 'invalid-request',
    title: 'The request is not valid',
    detail: `${member} ${detail}.`,
    extensions: { errors: [{ in: 'body', pointer: `#/${member}`, detail }] },
  })
}
