export { AccountClosed, AccountRegistered } from './auth.js'
export { NoteCreated, NoteDeleted, NoteRestored, NoteRevised } from './notes.js'
export { ProfileChanged } from './user.js'
