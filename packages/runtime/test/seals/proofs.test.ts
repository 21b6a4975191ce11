import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { gunzipSync, gzipSync } from 'node:zlib'
import {
  readCheckpoint,
  openNote,
  verifyConsistencyProof,
  verifyRowProof,
  type RowProof,
} from '@freehold/proof'
import {
  exportedLog,
  exportLog,
  liveLog,
  proveConsistency,
  proveRow,
  verifyLog,
  type LogSource,
} from 'freehold'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { workshopService } from '../fixtures/workshop.js'
import { openSealedShop, type SealedShop } from './sealed-shop.js'

const script = fileURLToPath(new URL('../../../../docs/seals/check-proof.mjs', import.meta.url))
let shop: SealedShop
let source: LogSource
let folder: string
let early: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'freehold-proofs-'))
  shop = await openSealedShop()
  for (const count of [1, 7, 3]) {
    await shop.append(count)
    await shop.sign()
  }
  early = await shop.checkpoint()
  for (const count of [20, 1, 5, 64]) await shop.append(count)
  await shop.sign()
  source = await liveLog(shop.admin, workshopService, 'events')
})
afterAll(async () => {
  await shop.close()
  await rm(folder, { recursive: true, force: true })
})

describe('a proof', () => {
  it.each([1, 2, 8, 11, 12, 31, 32, 37, 101])('shows the row at position %i', async (position) => {
    const proof = JSON.parse(JSON.stringify(await proveRow(source, position))) as RowProof
    expect(verifyRowProof(proof, [shop.signer])).toMatchObject({
      service: 'workshop',
      log: 'events',
      size: 7,
      position: 101,
    })
    expect(proof.row['seq']).toBe(`${position}`)
    const other = (changes: Partial<RowProof>): RowProof => ({ ...proof, ...changes })
    for (const forged of [
      other({ row: { ...proof.row, key: 'other' } }),
      other({ row: { ...proof.row, traceparent: '' } }),
      other({ position: position + 1 }),
      other({ log: 'audit_log' }),
      other({ checkpoint: early }),
      other({
        segment: { ...proof.segment, firstPosition: proof.segment.firstPosition - 1 },
        position: position - 1,
      }),
      other({ segmentPath: proof.segmentPath.slice(1) }),
    ])
      expect(() => verifyRowProof(forged, [shop.signer])).toThrow(/does not hold/)
  })

  it('is checked by the documented script, which shares no code with us', async () => {
    const [proofFile, keysFile] = [join(folder, 'proof.json'), join(folder, 'keys')]
    await writeFile(keysFile, `${shop.signer.text}\n`)
    const said = async (text: string): Promise<string> => {
      await writeFile(proofFile, text)
      const done = await promisify(execFile)(process.execPath, [script, proofFile, keysFile]).catch(
        (error: unknown) => error as { stderr: string; code: number },
      )
      if (!('code' in done)) return done.stdout
      expect(done.code).toBe(1)
      return done.stderr
    }
    const check = (proof: object): Promise<string> => said(JSON.stringify(proof))
    const proof = await proveRow(source, 37)
    expect(await check(proof)).toContain('It holds: this is the row at position 37 of workshop/events.')
    expect(await check({ ...proof, position: 36 })).toContain('missing on the way')
    expect(await check({ ...proof, checkpoint: proof.checkpoint.replace('101', '102') })).toContain(
      'not signed',
    )
    expect(await check({ ...proof, segment: { ...proof.segment, epoch: 'x' } })).toBe(
      'The segment is not in the log.\n',
    )
    for (const row of [
      { ...proof.row, approved: 'by everybody' },
      { ...proof.row, traceparent: undefined },
    ])
      expect(await check({ ...proof, row })).toBe('The row has other columns than its segment.\n')
    expect(await check({ ...proof, position: proof.segment.firstPosition + proof.segment.rows })).toBe(
      'There is no such place.\n',
    )
    const none = `${proofFile} is no proof: it is not what \`row-proof.v1\` is made of.\n`
    const bytes = [...Buffer.from(proof.row['key'] ?? '')]
    for (const changes of [
      { position: '37 (certified)' },
      { position: 37.5 },
      { segment: { ...proof.segment, number: 4.5 } },
      { segment: { ...proof.segment, firstPosition: `${proof.segment.firstPosition}` } },
      { row: { ...proof.row, key: bytes } },
      { row: null },
      { rowPath: 'x' },
    ])
      expect(await check({ ...proof, ...changes })).toBe(none)
    for (const text of ['null', '1', '[]', '{}', '{"freehold":"row-proof.v1"}'])
      expect(await said(text)).toBe(none)
    expect(await said('a proof')).toBe(`${proofFile} is no proof: it is not JSON.\n`)
  })

  it('shows that nothing was changed since a checkpoint', async () => {
    const { size } = readCheckpoint(openNote(early, [shop.signer]).text)
    const proof = await proveConsistency(source, early, size)
    expect(verifyConsistencyProof(proof, [shop.signer])).toMatchObject({
      earlier: { size: 3 },
      later: { size: 7 },
    })
    expect(() => verifyConsistencyProof({ ...proof, path: proof.path.slice(1) }, [shop.signer])).toThrow(
      'does not hold',
    )
    expect(() =>
      verifyConsistencyProof({ ...proof, later: early, earlier: proof.later }, [shop.signer]),
    ).toThrow('does not hold')
  })

  it('is not to be had of what is not signed', async () => {
    for (const position of [0, 102])
      await expect(proveRow(source, position)).rejects.toMatchObject({ code: 'FREEHOLD_PROOF_NONE' })
    await expect(proveConsistency(source, early, 8)).rejects.toMatchObject({ code: 'FREEHOLD_PROOF_NONE' })
  })

  it('is neither made nor missed of what was archived, also where a segment went in part', async () => {
    const archived: LogSource = {
      ...source,
      archivedTo: 5,
      async *rows(segments, columns) {
        for await (const row of source.rows(segments, columns)) if (row.seq > 5) yield row
      },
    }
    expect(await verifyLog(archived, { keys: [shop.signer] })).toMatchObject({
      archived: 5,
      checked: { rows: 93 },
      findings: [],
    })
    for (const position of [5, 7])
      await expect(proveRow(archived, position)).rejects.toMatchObject({ code: 'FREEHOLD_PROOF_NONE' })
    expect((await proveRow(archived, 9)).position).toBe(9)
  })

  it('is refused when it is none', () => {
    for (const value of [null, 1, 'x', [], {}, { freehold: 'row-proof.v1' }]) {
      expect(() => verifyRowProof(value, [])).toThrow('cannot be read')
      expect(() => verifyConsistencyProof(value, [])).toThrow('cannot be read')
    }
  })
})

describe('an export', () => {
  it('is verified without a database, and gives the same proofs', async () => {
    const file = join(folder, 'log.jsonl.gz')
    expect(await exportLog(source, file)).toEqual({ segments: 7, rows: 101 })
    const exported = await exportedLog(file)
    const live = await verifyLog(source, { keys: [shop.signer] })
    expect(await verifyLog(exported, { keys: [shop.signer] })).toEqual(live)
    expect(live).toMatchObject({ checked: { segments: 7, rows: 101 }, findings: [] })
    expect(await proveRow(exported, 40)).toEqual(await proveRow(source, 40))
  })

  it('that was changed is found out, by position and column', async () => {
    const file = join(folder, 'changed.jsonl.gz')
    await exportLog(source, file)
    const text = gunzipSync(await readFile(file)).toString()
    await writeFile(file, gzipSync(text.replace('key 15', 'key 16')))
    const { findings } = await verifyLog(await exportedLog(file), { keys: [shop.signer] })
    expect(findings).toMatchObject([{ kind: 'altered', segment: 4, position: 26, columns: ['key'] }])
  })

  it.each([
    ['cut in its bytes', (bytes: Buffer) => bytes.subarray(0, bytes.length - 40)],
    [
      'cut in its lines',
      (bytes: Buffer) => gzipSync(gunzipSync(bytes).toString().split('\n').slice(0, -4).join('\n')),
    ],
    [
      'without one row',
      (bytes: Buffer) =>
        gzipSync(
          gunzipSync(bytes)
            .toString()
            .replace(/^\[5,.*\n/m, ''),
        ),
    ],
    ['empty', () => Buffer.alloc(0)],
    ['something else', () => gzipSync('{"hello": 1}\n')],
    ['not compressed', () => Buffer.from('hello')],
  ])('that is %s is no export, and never a verdict', async (_name, changed) => {
    const file = join(folder, 'broken.jsonl.gz')
    await exportLog(source, file)
    await writeFile(file, changed(await readFile(file)))
    await expect(exportedLog(file)).rejects.toMatchObject({ code: 'FREEHOLD_EXPORT_UNREADABLE' })
  })
})
