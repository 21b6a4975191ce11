// Checks a proof of a row by itself: with Node alone, and none of Freehold's code.
//
//   node check-proof.mjs proof.json services.seal-keys
//
// The formats are those of ../seals.md.
import { createPublicKey, hash, verify } from 'node:crypto'
import { readFileSync } from 'node:fs'

const [proofFile, keysFile] = process.argv.slice(2)
if (!keysFile) fail('Usage: node check-proof.mjs <proof.json> <services.seal-keys>')
const proof = proofIn(read(proofFile))
const keys = read(keysFile).split('\n')

const sha256 = (...parts) => hash('sha256', Buffer.concat(parts), 'buffer')
const leaf = (content) => sha256(Buffer.of(0), Buffer.from(content))
const node = (left, right) => sha256(Buffer.of(1), left, right)
const bytes = (base64) => Buffer.from(base64, 'base64')

// 1. The checkpoint is signed by a key of the service.
const end = proof.checkpoint.lastIndexOf('\n\n') + 1
const text = proof.checkpoint.slice(0, end)
const isSigned = proof.checkpoint
  .slice(end + 1)
  .split('\n')
  .some((line) => {
    const [, name, signature = ''] = /^— (\S+) (\S+)$/.exec(line) ?? []
    const id = bytes(signature).subarray(0, 4).toString('hex')
    const key = keys.find((one) => one.startsWith(`${proof.service}+${id}+`))
    if (name !== proof.service || key === undefined) return false
    const publicBytes = bytes(key.slice(`${proof.service}+${id}+`.length)).subarray(1)
    if (publicBytes.length !== 32) fail(`${keysFile} has a key that is none: ${key.slice(0, 60)}`)
    const x = publicBytes.toString('base64url')
    const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
    return verify(null, Buffer.from(text), publicKey, bytes(signature).subarray(4))
  })
if (!isSigned) fail('The checkpoint is not signed by a key of the service.')
const [origin, size, root] = text.split('\n')
if (origin !== `${proof.service}/${proof.log}`) fail('The checkpoint is of another log.')

// 2. The row is in its segment: all of its columns, and nothing else.
const { segment } = proof
const isWhole = segment.columns.every((name) => Object.hasOwn(proof.row, name))
if (!isWhole || Object.keys(proof.row).length !== segment.columns.length)
  fail('The row has other columns than its segment.')
const fields = segment.columns.map((name) => {
  const value = proof.row[name] === null ? undefined : Buffer.from(proof.row[name])
  const length = Buffer.alloc(4)
  length.writeInt32BE(value === undefined ? -1 : value.length)
  return Buffer.concat([length, value ?? Buffer.alloc(0)])
})
const index = proof.position - segment.firstPosition
const segmentRoot = climb(leaf(Buffer.concat(fields)), index, segment.rows, proof.rowPath)
if (!segmentRoot.equals(bytes(segment.root))) fail('The row is not in the segment at this position.')

// 3. The segment is in the log.
const statement = [
  'freehold segment.v1 row.v1',
  `log ${origin}`,
  `segment ${segment.number}`,
  `epoch ${segment.epoch}`,
  `positions ${segment.firstPosition} ${segment.firstPosition + segment.rows - 1}`,
  `columns ${JSON.stringify(segment.columns)}`,
  `root ${segment.root}`,
  `previous ${segment.previous}`,
  '',
].join('\n')
const logRoot = climb(leaf(statement), segment.number - 1, Number(size), proof.segmentPath)
if (!logRoot.equals(bytes(root))) fail('The segment is not in the log.')

console.log(`It holds: this is the row at position ${proof.position} of ${origin}.`)
for (const name of segment.columns) console.log(`  ${name}: ${line(proof.row[name] ?? '(null)')}`)

function read(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    fail(`${file} cannot be read: ${error.message}`)
  }
}

/** The proof in a text, with all that is used of it below. */
function proofIn(json) {
  let found
  try {
    found = JSON.parse(json)
  } catch {
    fail(`${proofFile} is no proof: it is not JSON.`)
  }
  const parts = found?.segment ?? {}
  const isText = (value) => typeof value === 'string'
  const isList = (value) => Array.isArray(value) && value.every(isText)
  const isProof =
    found?.freehold === 'row-proof.v1' &&
    [found.service, found.log, found.checkpoint, parts.epoch, parts.root, parts.previous].every(isText) &&
    [found.position, parts.number, parts.firstPosition, parts.rows].every(Number.isSafeInteger) &&
    [found.rowPath, found.segmentPath, parts.columns].every(isList) &&
    typeof found.row === 'object' &&
    Object.values(found.row ?? { row: 0 }).every((value) => value === null || isText(value))
  if (!isProof) fail(`${proofFile} is no proof: it is not what \`row-proof.v1\` is made of.`)
  return found
}

/** A value as one line, so that none looks like more columns than there are. */
function line(value) {
  return value.replace(
    /[\p{Cc}\u2028\u2029]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** From a leaf to the root of a tree of so many leaves, by the hashes beside the way (RFC 9162, 2.1.3.2). */
function climb(from, number, count, path) {
  if (number < 0 || number >= count) fail('There is no such place.')
  let [place, last, at] = [number, count - 1, from]
  for (const beside of path.map(bytes)) {
    if (place % 2 === 1 || place === last) {
      at = node(beside, at)
      while (place % 2 === 0 && place > 0) [place, last] = [place / 2, Math.floor(last / 2)]
    } else at = node(at, beside)
    ;[place, last] = [Math.floor(place / 2), Math.floor(last / 2)]
  }
  if (last !== 0) fail('A hash is missing on the way.')
  return at
}

function fail(why) {
  console.error(why)
  process.exit(1)
}
