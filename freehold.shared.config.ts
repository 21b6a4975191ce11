import { defineSystem, sharedDatabase } from '@freehold/manifest'
import { authService } from './services/auth-service/ownership.js'
import { notesService } from './services/notes-service/ownership.js'
import { userService } from './services/user-service/ownership.js'

/** The same services in one database, a schema each: `npm start -- --config freehold.shared.config.ts`. */
export default defineSystem({
  name: 'notes-app',
  strategy: sharedDatabase({ database: 'notes_app' }),
  services: [authService, userService, notesService],
})
