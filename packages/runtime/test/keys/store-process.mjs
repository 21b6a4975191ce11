// Makes and destroys keys in a store until it is killed, and says what it has done: a line each, after it was done.
import { fileKeyStore } from '../../dist/keys/index.js'

const [directory, encryption, own] = process.argv.slice(2)
const store = await fileKeyStore({ service: 'notes', directory, encryption, create: true })
for (let round = 0; ; round += 1) {
  // The subjects are those of all processes, so that they make and destroy the same ones at the same time.
  const subject = `subject ${round}`
  const { secret } = await store.obtain({ subject, purpose: 'notes' }).catch((error) => {
    if (error.code === 'FREEHOLD_SUBJECT_ERASED') return { secret: undefined }
    throw error
  })
  if (secret) process.stdout.write(`made ${round} ${secret.toString('hex')}\n`)
  if (round % 3 === Number(own) % 3) {
    await store.destroy({ subject: `subject ${Math.floor(round / 2)}` })
    process.stdout.write(`destroyed ${Math.floor(round / 2)}\n`)
  }
}
