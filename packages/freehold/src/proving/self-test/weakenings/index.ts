import { crossingWeakenings } from './crossings.js'
import { databaseWeakenings } from './databases.js'
import { logWeakenings } from './logs.js'
import { personalWeakenings } from './personal.js'
import { platformWeakenings } from './platform.js'
import { roleWeakenings } from './roles.js'
import { serverWeakenings } from './servers.js'

/** Every way in which the self-test weakens a system. */
export const weakenings = [
  ...roleWeakenings,
  ...databaseWeakenings,
  ...logWeakenings,
  ...personalWeakenings,
  ...platformWeakenings,
  ...crossingWeakenings,
  ...serverWeakenings,
]
