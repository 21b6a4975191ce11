import { HttpProblem } from '@freehold/runtime/fastify'
import type { ProfilePatch } from './profile-schema.js'
import type { ProfileRow } from './profile.js'

/** What a person writes of themselves. */
export type ProfileContent = Pick<ProfileRow, 'display_name' | 'bio' | 'avatar_url'>

/**
 * The columns that a merge patch changes. Empty when it changes nothing.
 *
 * @throws HttpProblem 400 when the picture's address is not an https URL.
 */
export function changesOf(patch: ProfilePatch): Partial<ProfileContent> {
  return {
    ...(patch.displayName !== undefined && { display_name: patch.displayName }),
    ...(patch.bio !== undefined && { bio: patch.bio ?? '' }),
    ...(patch.avatarUrl !== undefined && {
      avatar_url: patch.avatarUrl === null ? null : pictureAddress(patch.avatarUrl),
    }),
  }
}

/** Pictures are shown by browsers: nothing but https gets there, with no name and password in it. */
function pictureAddress(text: string): string {
  if (/^https:\/\/[^\s\\]+$/i.test(text) && URL.canParse(text)) {
    const { username, password } = new URL(text)
    if (username === '' && password === '') return text
  }
  const detail = 'must be an https URL without a user name, or null'
  throw new HttpProblem(400, {
    slug: 'invalid-request',
    title: 'The request is not valid',
    detail: `avatarUrl ${detail}.`,
    extensions: { errors: [{ in: 'body', pointer: '#/avatarUrl', detail }] },
  })
}
