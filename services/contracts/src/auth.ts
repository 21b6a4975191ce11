import { defineEvent } from '@freehold/manifest'
import Type from 'typebox'
import { closed, id, instant } from './members.js'

/** Somebody has an account. Their address stays with auth-service. */
export const AccountRegistered = defineEvent({
  type: 'auth.account-registered.v1',
  key: 'accountId',
  description: 'Somebody registered, and calls themselves by this name.',
  data: Type.Object(
    { accountId: id, displayName: Type.String({ minLength: 1 }), registeredAt: instant },
    closed,
  ),
  personal: { subject: 'accountId', fields: ['displayName'], purpose: 'auth_events' },
})

/** Somebody has left: whoever keeps anything about them forgets it. Its id is that of the erasure. */
export const AccountClosed = defineEvent({
  type: 'auth.account-closed.v1',
  key: 'accountId',
  description: 'Somebody closed their account, and is to be forgotten.',
  data: Type.Object({ accountId: id, closedAt: instant }, closed),
})
