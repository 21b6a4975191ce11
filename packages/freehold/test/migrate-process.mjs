// A run in a process of its own, for tests that kill it: node migrate-process.mjs <options as JSON>.
import { migrateService } from '../dist/migrations/index.js'

await migrateService(JSON.parse(process.argv[2]))
