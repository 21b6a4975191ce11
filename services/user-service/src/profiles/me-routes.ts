import { VersionConflict } from '@freehold/runtime'
import {
  conflictProblem,
  etagOf,
  expectedVersion,
  ifMatchHeaders,
  ifNoneMatchHeaders,
  notModified,
  sendVersioned,
  versionedResponse,
} from '@freehold/runtime/fastify'
import { problems } from '../documentation/problems.js'
import { selfOf, type Parts, type Routes } from '../routes.js'
import { changesOf } from './changes.js'
import { profilePatch } from './profile-schema.js'
import { profileOf, type ProfileRow } from './profile.js'

const readSchema = {
  operationId: 'readOwnProfile',
  tags: ['profiles'],
  summary: 'Read your profile',
  description: 'It comes into being when you first look at it.',
  headers: ifNoneMatchHeaders,
  response: {
    200: versionedResponse('Your profile.', 'Profile'),
    ...notModified,
    ...problems(401, 410, 503),
  },
}

const patchSchema = {
  operationId: 'patchOwnProfile',
  tags: ['profiles'],
  summary: 'Change parts of your profile',
  description:
    'An empty patch changes nothing: it answers the profile as it is, with the version that it has.',
  consumes: ['application/merge-patch+json', 'application/json'],
  headers: ifMatchHeaders,
  body: profilePatch,
  response: {
    200: versionedResponse('Your profile as it is now.', 'Profile'),
    ...problems(400, 401, 410, 412, 413, 415, 428, 503),
  },
}

/** `GET /api/users/me` and `PATCH /api/users/me` */
export function meRoutes(app: Routes, { profiles }: Parts): void {
  app.get('/api/users/me', { schema: readSchema }, async (request, reply) => {
    const row = await profiles.own(selfOf(request))
    return sendVersioned(request, reply, row.version, profileOf(row))
  })

  app.patch('/api/users/me', { schema: patchSchema }, async (request, reply) => {
    const expected = expectedVersion(request)
    const row = await written(profiles.change(selfOf(request), expected, changesOf(request.body)))
    return reply.header('etag', etagOf(row.version)).send(profileOf(row))
  })
}

async function written(write: Promise<ProfileRow>): Promise<ProfileRow> {
  try {
    return await write
  } catch (error) {
    if (error instanceof VersionConflict)
      throw conflictProblem(error as VersionConflict<ProfileRow>, profileOf)
    throw error
  }
}
