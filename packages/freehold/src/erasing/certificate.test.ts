import { generateKeyPairSync } from 'node:crypto'
import { defineService, defineSystem, immutable } from '@freehold/manifest'
import {
  checkpointText,
  leafHash,
  noteSigner,
  rowBytes,
  SignedSegment,
  segmentHash,
  signNote,
} from '@freehold/proof'
import { expect, test } from 'vitest'
import { verifyCertificate, type ErasureCertificate } from './certificate.js'

const { x = '', d = '' } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
const signer = noteSigner('club', { x, d })
const club = defineService({
  name: 'club',
  database: 'club_db',
  owns: { erasures: immutable({ kind: 'erasure' }), audit_log: immutable({ kind: 'audit' }) },
})
const system = defineSystem({ name: 'house', strategy: { kind: 'database-per-service' }, services: [club] })

/** A certificate by a row of a log, which the service has signed. */
function certificateBy(log: string): ErasureCertificate {
  const epoch = '0c7f4a4e-6a3b-4f0e-9f57-2f8f5a0f6f11'
  const columns = ['detail', 'id', 'purpose', 'step', 'subject']
  const row = rowBytes(['{"rows": {"members": 1}}', 'id', null, 'erased', 'ada'])
  const previous = Buffer.alloc(32)
  const statement = {
    service: 'club',
    log,
    segment: 1,
    epoch,
    firstPosition: 1,
    rows: 1,
    columns,
    root: leafHash(row),
    previous,
  }
  const head = {
    service: 'club',
    log,
    size: 1,
    root: segmentHash(statement),
    position: 1,
    epoch,
    at: new Date(),
  }
  const proof = new SignedSegment(statement, [row]).proof(1, [], signNote(checkpointText(head), signer))
  const services = [{ service: 'club', proof }]
  return { freehold: 'erasure-certificate.v1', system: 'house', subject: 'ada', purpose: null, services }
}

test('a certificate has all services of the system, and each speaks by its log of erasures', () => {
  expect(verifyCertificate(certificateBy('erasures'), [signer], system)).toMatchObject({
    complete: true,
    services: [{ service: 'club', log: 'erasures', isErasureLog: true, rows: { members: 1 } }],
  })
  expect(() => verifyCertificate(certificateBy('audit_log'), [signer], system)).toThrow('no log of erasures')
  expect(() =>
    verifyCertificate({ ...certificateBy('erasures'), system: 'other' }, [signer], system),
  ).toThrow('is of the system "other"')
})

test('where the system is not known, that is as the certificate claims, and it is told', () => {
  expect(verifyCertificate(certificateBy('audit_log'), [signer])).toMatchObject({
    system: 'house',
    complete: null,
    services: [{ log: 'audit_log', isErasureLog: null }],
  })
})
