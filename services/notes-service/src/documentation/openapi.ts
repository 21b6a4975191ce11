import { openapiOptions } from '@freehold/runtime/fastify'
import { auditTag } from '@notes/audit-trail'

/** The OpenAPI document of this service, without its operations, which the routes bring along. */
export const openapi = openapiOptions({
  title: 'Notes',
  version: '1',
  description:
    'Notes of their authors, every revision of them, and full-text search. Every note has a version: reads carry it as an ETag, ' +
    'writes name it in If-Match, and whoever comes late is told so with the note as it is now.',
  tags: [
    { name: 'notes', description: 'Notes of the caller. Other people’s notes do not exist here.' },
    { name: 'revisions', description: 'What notes were, and how to get that back.' },
    auditTag,
  ],
  accessToken: 'From POST /api/auth/login.',
})
