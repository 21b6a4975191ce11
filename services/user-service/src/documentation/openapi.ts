import { openapiOptions } from '@freehold/runtime/fastify'
import { auditTag } from '@notes/audit-trail'

/** The OpenAPI document of this service, without its operations, which the routes bring along. */
export const openapi = openapiOptions({
  title: 'Users',
  version: '1',
  description:
    'What people say of themselves. Your own profile has a version: reading it gives it as an ETag, and changing it names it in If-Match.',
  tags: [{ name: 'profiles', description: 'Your own profile, and what others tell everybody.' }, auditTag],
  accessToken: 'From POST /api/auth/login.',
})
