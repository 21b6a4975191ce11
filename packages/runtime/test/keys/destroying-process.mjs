// Forgets somebody, and says the code of the error, or what it was given.
import { fileKeyStore } from '../../dist/keys/index.js'

const [directory, encryption] = process.argv.slice(2)
const store = await fileKeyStore({ service: 'notes', directory, encryption })
const said = await store.destroy({ subject: 'y'.repeat(180) }).then(
  (forgotten) => `resolved ${JSON.stringify(forgotten)}`,
  (error) => error.code,
)
process.stdout.write(`${said}\n`)
