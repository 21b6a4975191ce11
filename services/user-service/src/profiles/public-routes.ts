import {
  HttpProblem,
  ifNoneMatchHeaders,
  jsonResponse,
  notModified,
  sendVersioned,
  versionedResponse,
} from '@freehold/runtime/fastify'
import { Type } from 'typebox'
import { problems } from '../documentation/problems.js'
import type { Parts, Routes } from '../routes.js'
import { publicProfileOf } from './profile.js'
import { findProfile, readProfiles } from './read-profiles.js'
import { userIdFrom } from './user-id.js'

/** The most people in one request. */
const most = 100

const oneSchema = {
  operationId: 'readProfile',
  tags: ['profiles'],
  summary: 'Read what a person tells everybody',
  params: Type.Object({ id: Type.String({ description: 'The id of a person.' }) }),
  headers: ifNoneMatchHeaders,
  response: {
    200: versionedResponse('The public profile.', 'PublicProfile'),
    ...notModified,
    ...problems(401, 404, 503),
  },
}

const batchSchema = {
  operationId: 'readProfiles',
  tags: ['profiles'],
  summary: 'Read what several people tell everybody',
  description: 'In the order of the ids, each once; unknown people are left out.',
  querystring: Type.Object(
    {
      ids: Type.String({
        minLength: 1,
        maxLength: 40 * most,
        description: `Up to ${most} ids, with commas between them.`,
        examples: ['019aaf5b-91d0-7b6e-8a55-4f4a0a6c2d10,019aaf5b-91d0-7b6e-8a55-4f4a0a6c2d11'],
      }),
    },
    { additionalProperties: false },
  ),
  response: {
    200: jsonResponse(
      'The public profiles.',
      Type.Object({ items: Type.Array(Type.Ref('PublicProfile#')), nextCursor: Type.Null() }),
    ),
    ...problems(400, 401, 503),
  },
}

/** `GET /api/users/{id}` and `GET /api/users?ids=…` */
export function publicRoutes(app: Routes, { reading }: Parts): void {
  app.get('/api/users/:id', { schema: oneSchema }, async (request, reply) => {
    const id = userIdFrom(request.params.id)
    const row = id === undefined ? undefined : await findProfile(reading, id)
    if (row === undefined) throw profileNotFound()
    return sendVersioned(request, reply, row.version, publicProfileOf(row))
  })

  app.get('/api/users', { schema: batchSchema }, async (request, reply) => {
    return reply.send({ items: await readProfiles(reading, idsIn(request.query.ids)), nextCursor: null })
  })
}

function idsIn(list: string): string[] {
  const texts = list.split(',')
  if (texts.length > most) throw badIds(`must not name more than ${most} people`)
  return texts.map((text, index) => userIdFrom(text) ?? refuse(badIds(`has no id at place ${index + 1}`)))
}

function refuse(problem: HttpProblem): never {
  throw problem
}

function badIds(detail: string): HttpProblem {
  return new HttpProblem(400, {
    slug: 'invalid-request',
    title: 'The request is not valid',
    detail: `ids ${detail}.`,
    extensions: { errors: [{ in: 'query', pointer: '#/ids', detail }] },
  })
}

function profileNotFound(): HttpProblem {
  return new HttpProblem(404, {
    slug: 'profile-not-found',
    title: 'No such profile',
    detail: 'There is no profile with this id.',
  })
}
