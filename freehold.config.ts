import { databasePerService, defineSystem } from '@freehold/manifest'
import { authService } from './services/auth-service/ownership.js'
import { notesService } from './services/notes-service/ownership.js'
import { userService } from './services/user-service/ownership.js'

export default defineSystem({
  name: 'notes-app',
  strategy: databasePerService(),
  services: [authService, userService, notesService],
})
