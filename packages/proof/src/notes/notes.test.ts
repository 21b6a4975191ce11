import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkpointText, readCheckpoint } from '../checkpoint.js'
import { emptyRoot } from '../merkle/hash.js'
import { noteSigner, readVerifier, type NoteSigner } from './note-key.js'
import { openNote, signNote } from './signed-note.js'

/** The example in the documentation of Go's golang.org/x/mod/sumdb/note, whose format C2SP took over. */
const published = {
  key: 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
  secret: 'PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz',
  text: "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n",
  signature: 'x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=',
}
const signed = `${published.text}\n— PeterNeumann ${published.signature}\n`

function newSigner(name: string): NoteSigner {
  const { x = '', d = '' } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
  return noteSigner(name, { x, d })
}

describe('a signed note', () => {
  it('of another implementation is opened', () => {
    const key = readVerifier(published.key)
    expect(openNote(signed, [key])).toMatchObject({
      text: published.text,
      signers: [{ name: 'PeterNeumann' }],
    })
  })

  it('is the same as that of another implementation', () => {
    // Behind name and number there is the algorithm in a byte, and then the key.
    const [d, x] = [published.secret, published.key].map((key) =>
      Buffer.from(key.replace(/^.*\+[0-9a-f]{8}\+/, ''), 'base64')
        .subarray(1)
        .toString('base64url'),
    )
    const signer = noteSigner('PeterNeumann', { x: x ?? '', d: d ?? '' })
    expect(signer.text).toBe(published.key)
    expect(signNote(published.text, signer)).toBe(signed)
  })

  it('is not opened when a byte of it is another', () => {
    const key = readVerifier(published.key)
    fc.assert(
      fc.property(fc.nat(signed.length - 1), fc.constantFrom('x', '\n', ' '), (at, other) => {
        fc.pre(signed[at] !== other)
        const changed = signed.slice(0, at) + other + signed.slice(at + 1)
        expect(() => openNote(changed, [key])).toThrow(/cannot be read|does not hold/)
      }),
    )
  })

  it('may have signatures of others, but needs one that is known', () => {
    const [first, second] = [newSigner('notes/events'), newSigner('user/events')]
    const note = signNote('a\n', first)
    const both = note + signNote('a\n', second).replace('a\n\n', '')
    expect(openNote(both, [second]).signers).toEqual([second])
    expect(openNote(both, [second, first]).signers).toEqual([first, second])
    expect(() => openNote(note, [second])).toThrow('none of its signatures is of a key that is known')
    // Another key of the same name is another key.
    expect(() => openNote(note, [newSigner('notes/events')])).toThrow('known')
  })

  it('is refused as what it is not', () => {
    for (const text of [
      '',
      'a\n',
      '\n\n',
      'a\n\n',
      'a\n\n— x\n',
      'a\n\n— x y\n',
      'a\n\n— x AAAAAA==',
      'a\t\n\n— x AAAAAAAA\n',
    ])
      expect(() => openNote(text, []), text).toThrow('cannot be read')
    expect(() => signNote('no line break', newSigner('x'))).toThrow(RangeError)
    expect(() => noteSigner('a b', { x: '', d: '' })).toThrow('no name')
    expect(() => noteSigner('a', { x: '', d: '' })).toThrow('no private Ed25519 key')
    for (const key of ['', 'a+00000000+AAAA', published.key.replace('c74f', 'c74e'), `${published.key}=`])
      expect(() => readVerifier(key), key).toThrow('cannot be read')
  })
})

describe('a checkpoint', () => {
  const checkpoint = {
    service: 'notes',
    log: 'audit_log',
    size: 12,
    root: emptyRoot,
    position: 3456,
    epoch: '0c7f4a4e-6a3b-4f0e-9f57-2f8f5a0f6f11',
    at: new Date('2026-11-28T12:00:00.000Z'),
  }

  it('is read as it was written', () => {
    expect(checkpointText(checkpoint)).toBe(
      'notes/audit_log\n12\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\nposition 3456\nepoch 0c7f4a4e-6a3b-4f0e-9f57-2f8f5a0f6f11\nat 2026-11-28T12:00:00.000Z\n',
    )
    expect(readCheckpoint(checkpointText(checkpoint))).toEqual(checkpoint)
  })

  it('is refused when it is not one', () => {
    const text = checkpointText(checkpoint)
    for (const other of [
      '',
      text.slice(1).replace('otes/', ''),
      text.replace('12', '012'),
      text.replace('47DE', '47D'),
      `${text}x`,
      text.replace('T12', 'T25'),
    ])
      expect(() => readCheckpoint(other), other).toThrow('A checkpoint cannot be read')
  })
})
