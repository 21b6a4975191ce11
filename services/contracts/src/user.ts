import { defineEvent } from '@freehold/manifest'
import Type from 'typebox'
import { closed, id, version } from './members.js'

/** A profile came into being, or what others see of it changed. */
export const ProfileChanged = defineEvent({
  type: 'user.profile-changed.v1',
  key: 'userId',
  description: 'Somebody is to be shown under this name, with this picture.',
  data: Type.Object(
    {
      userId: id,
      displayName: Type.String({ minLength: 1 }),
      avatarUrl: Type.Union([Type.String(), Type.Null()]),
      version,
    },
    closed,
  ),
  personal: { subject: 'userId', fields: ['displayName', 'avatarUrl'], purpose: 'user_events' },
})
