import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import { pagePolicy } from '../security/headers.js'
import type { ApiDocument } from './document.js'
import type { DocumentFor } from './routes.js'

declare module 'fastify' {
  interface FastifyRequest {
    /** What the documentation page shows; set for its requests only. */
    shownDocument: ApiDocument | null
  }
}

/**
 * `GET /api/docs`: a page that shows the merged document. Everything it needs comes from here, so that it works
 * without the internet and under a strict policy.
 *
 * @param app - The door.
 * @param document - What is shown.
 */
export async function documentationPage(app: FastifyInstance, document: DocumentFor): Promise<void> {
  app.decorateRequest('shownDocument', null)
  // The page's plugin asks for this one, whose own document is put aside below.
  await app.register(swagger, {
    mode: 'static',
    specification: { document: { openapi: '3.1.0', info: { title: 'Notes', version: '' }, paths: {} } },
  })
  await app.register(swaggerUi, {
    routePrefix: '/api/docs',
    theme: { title: 'Notes API' },
    uiConfig: {
      deepLinking: true,
      persistAuthorization: false,
      displayRequestDuration: true,
      docExpansion: 'list',
      // Without the bar at the top, which offers to load documents from elsewhere.
      layout: 'BaseLayout',
    },
    staticCSP: pagePolicy as Record<string, string[]>,
    uiHooks: {
      onRequest: (request, _reply, done) => {
        document(request).then((shown) => {
          request.shownDocument = shown
          done()
        }, done)
      },
    },
    transformSpecification: (_own, request) => ({ ...request.shownDocument }),
    transformSpecificationClone: false,
  })
}
