import { expect, test } from 'vitest'
import { saidOf, type ApiCase } from '../../../test/fixtures/api-changes.js'
import { json, withPost } from '../../../test/fixtures/notes-api.js'
import { compareApis } from './compare-apis.js'
import { apiDocument } from './document/document.js'

const event = (change: object = {}, required = ['id']) => ({
  type: 'object',
  properties: { id: { type: 'string' }, at: { type: 'string' }, ...change },
  required,
})
const hook = (change: object = {}) => ({
  requestBody: { required: true, content: json(event()) },
  responses: { 204: {} },
  ...change,
})
const body = (schema: object) => hook({ requestBody: { required: true, content: json(schema) } })
const calling = (operation: object | undefined, address = '{$request.body#/url}') =>
  withPost({ callbacks: operation && { changed: { [address]: { post: operation } } } })
const sent = { in: 'header', name: 'X-Event', schema: { type: 'string' } }

const cases: readonly ApiCase[] = [
  ['as before', calling(hook()), calling(hook()), []],
  ['gone', calling(hook()), calling(undefined), ['error callback-removed']],
  ['new', calling(undefined), calling(hook()), ['note callback-added']],
  [
    'sent elsewhere',
    calling(hook()),
    calling(hook(), '{$request.body#/to}'),
    ['error callback-removed', 'note callback-added'],
  ],
  ['with a member more', calling(hook()), calling(body(event({ by: {} }))), ['note callback-member-added']],
  [
    'with a member that may be absent',
    calling(hook()),
    calling(body(event({}, []))),
    ['error callback-widened'],
  ],
  ['with a member that is sure', calling(body(event({}, []))), calling(hook()), []],
  [
    'without an optional member',
    calling(hook()),
    calling(body({ type: 'object', properties: { id: { type: 'string' } }, required: ['id'] })),
    ['warning callback-member-removed'],
  ],
  [
    'without a body',
    calling(hook()),
    calling(hook({ requestBody: undefined })),
    ['error callback-body-removed'],
  ],
  [
    'perhaps without a body',
    calling(hook()),
    calling(hook({ requestBody: { content: json(event()) } })),
    ['error callback-body-optional'],
  ],
  [
    'in another media type',
    calling(hook()),
    calling(hook({ requestBody: { required: true, content: { 'application/xml': {} } } })),
    ['error media-type-removed', 'note media-type-added'],
  ],
  [
    'without a header',
    calling(hook({ parameters: [{ ...sent, required: true }] })),
    calling(hook()),
    ['error callback-parameter-removed'],
  ],
  [
    'perhaps without a header',
    calling(hook({ parameters: [{ ...sent, required: true }] })),
    calling(hook({ parameters: [sent] })),
    ['error callback-parameter-optional'],
  ],
  [
    'whose answer is refused',
    calling(hook({ responses: { 200: {}, 204: {} } })),
    calling(hook({ responses: { 204: {} } })),
    ['error callback-answer-refused'],
  ],
  ['whose answer may be any', calling(hook()), calling(hook({ responses: { '2XX': {} } })), []],
  [
    'whose answer has to say more',
    calling(hook({ responses: { 200: { content: json(event({}, [])) } } })),
    calling(hook({ responses: { 200: { content: json(event()) } } })),
    ['error callback-answer-narrowed'],
  ],
]

test.each(cases)('a callback: %s', (_name, old, now, expected) => {
  expect(saidOf(old, now)).toEqual(expected)
})

test('webhooks are compared as callbacks are, and so are those that are elsewhere in the document', () => {
  const hooks = (operation: object | undefined) =>
    apiDocument(
      {
        openapi: '3.1.0',
        webhooks: operation && { noteChanged: { $ref: '#/components/pathItems/Changed' } },
        components: { pathItems: { Changed: { post: operation } } },
      },
      'test',
    )
  expect(compareApis(hooks(hook()), hooks(body(event({}, []))))).toMatchObject([
    {
      rule: 'callback-widened',
      operation: 'webhook POST noteChanged',
      message:
        'webhook POST noteChanged: the body: id may be absent (in what is sent, which those who get it do not expect).',
    },
  ])
  expect(saidOf(hooks(hook()), hooks(undefined))).toEqual(['error callback-removed'])
})
