import { describe, expect, it } from 'vitest'
import { readApk } from '../../../../src/features/apps/apk/read-apk'
import { type ApkSample, apkEntries, makeApk, makeV1Apk } from '../../../../src/tools/apk-maker/apk'
import {
  ALGORITHM,
  ALSO,
  newSigner,
  type SchemeBlocks,
  signApk,
  signJar,
} from '../../../../src/tools/apk-maker/signing'
import { makeZip } from '../../../../src/tools/apk-maker/zip'
import { rangesOf } from '../../../support/apk-parts'

const signer = newSigner('maker')
const older = newSigner('maker before', 'rsa')
const oldest = newSigner('maker at first', 'rsa')

const signatureOf = async (schemes: SchemeBlocks, sample: ApkSample = {}) =>
  (await readApk(rangesOf(makeApk(sample, signer, schemes)))).signature

const refusal = (why: string, detail?: string) => ({
  code: 'apk_refused',
  details: { values: detail === undefined ? { why } : { why, detail } },
})

describe('the signature of an APK', () => {
  it.each([
    ['ECDSA', signer, ALGORITHM.ec256],
    ['RSA', older, ALGORITHM.rsa256],
    ['RSA with SHA-512', older, ALGORITHM.rsa512],
    ['RSA-PSS', older, ALGORITHM.pss256],
    ['DSA', newSigner('dsa', 'dsa'), ALGORITHM.dsa256],
  ])('holds by %s', async (_name, one, algorithm) => {
    expect(await signatureOf({ v2: [{ signer: one, algorithm }] })).toMatchObject({
      scheme: 'v2',
      signers: [one.sha256],
    })
  })

  it('holds over a file of many pieces, and over its tree of blocks', async () => {
    const more = [{ path: 'assets/film', bytes: Buffer.alloc(2_500_000, 'film'), isStored: true }]
    for (const isVerity of [false, true])
      expect(await signatureOf({ v2: [{ signer, isVerity }] }, { more })).toMatchObject({ scheme: 'v2' })
  })

  it('does not hold where a byte of the content is another, wherever it lies', async () => {
    const more = [{ path: 'assets/film', bytes: Buffer.alloc(2_500_000, 'film'), isStored: true }]
    const bytes = makeApk({ more }, signer, { v2: [{ signer, isVerity: true }] })
    for (const at of [1_000, 1_200_000, 2_400_000]) {
      const changed = Buffer.from(bytes)
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at)
      await expect(readApk(rangesOf(changed))).rejects.toMatchObject({ code: 'apk_refused' })
    }
  })

  it('does not hold where what was signed is another', async () => {
    const spoil = (signed: Buffer) => signed.writeUInt8(signed.readUInt8(20) ^ 1, 20)
    await expect(signatureOf({ v2: [{ signer, spoil }] })).rejects.toMatchObject(
      refusal('bad_signature', 'signature'),
    )
  })

  it('does not hold where the certificate is of another key', async () => {
    const stolen = { ...signer, certificate: older.certificate }
    await expect(signatureOf({ v2: [{ signer: stolen }] })).rejects.toMatchObject(
      refusal('bad_signature', 'key of certificate'),
    )
  })

  it('is refused with words where only a newer Android knows how it was made', async () => {
    await expect(signatureOf({ v2: [{ signer, algorithm: 0x0999 }] })).rejects.toMatchObject(
      refusal('unknown_signature'),
    )
  })

  it('may be of several signers together', async () => {
    const all = await signatureOf({ v2: [{ signer }, { signer: older }] })
    expect(all.signers).toEqual([signer.sha256, older.sha256].sort())
  })

  it('names by v3 the certificates that were before, oldest first', async () => {
    const found = await signatureOf({
      v3: [{ signer, before: [oldest, older] }],
      v2: [{ signer: oldest, attributes: [ALSO.v3] }],
    })
    expect(found).toEqual({
      scheme: 'v3',
      signers: [signer.sha256],
      lineage: [oldest.sha256, older.sha256],
      schemes: [
        { scheme: 'v3', signers: [signer.sha256], state: 'verified' },
        { scheme: 'v2', signers: [oldest.sha256], state: 'verified' },
      ],
    })
  })

  it('names by v3.1 who signs for Android 13 and newer', async () => {
    const found = await signatureOf({
      v31: [{ signer, before: [older], minSdk: 33 }],
      v3: [{ signer: older, attributes: [ALSO.v31] }],
    })
    expect(found).toMatchObject({ scheme: 'v3.1', signers: [signer.sha256], lineage: [older.sha256] })
    expect(found.schemes[1]).toMatchObject({ scheme: 'v3', signers: [older.sha256] })
  })

  it('does not hold where a rotation was not signed by the one before', async () => {
    const thief = { ...oldest, privateKey: older.privateKey }
    await expect(signatureOf({ v3: [{ signer, before: [thief] }] })).rejects.toMatchObject(
      refusal('bad_signature', 'lineage'),
    )
  })

  it('does not hold where v2 is of somebody who is not in the lineage', async () => {
    const schemes = { v3: [{ signer, before: [older] }], v2: [{ signer: oldest }] }
    await expect(signatureOf(schemes)).rejects.toMatchObject(refusal('bad_signature'))
  })

  it('does not hold where two signers are for one Android', async () => {
    const schemes = {
      v3: [
        { signer: older, maxSdk: 30 },
        { signer, minSdk: 30 },
      ],
    }
    await expect(signatureOf(schemes)).rejects.toMatchObject(refusal('bad_signature', 'SDK of signers'))
  })

  it.each([
    ['v3 out of v2', { v2: [{ signer, attributes: [ALSO.v3] }] }],
    ['v3.1 out of v3', { v3: [{ signer, attributes: [ALSO.v31] }] }],
    ['v3 out of v3.1', { v31: [{ signer, minSdk: 33 }] }],
  ])('is refused where somebody took %s', async (_name, schemes) => {
    await expect(signatureOf(schemes)).rejects.toMatchObject(refusal('signature_stripped'))
  })
})

describe('a signature by v1', () => {
  const read = async (bytes: Buffer) => (await readApk(rangesOf(bytes))).signature

  it.each([signer, older, newSigner('dsa', 'dsa')])('holds over every entry ($kind)', async (one) => {
    expect(await read(makeV1Apk({ minSdk: 19, abis: ['x86'] }, one))).toEqual({
      scheme: 'v1',
      signers: [one.sha256],
      lineage: [],
      schemes: [{ scheme: 'v1', signers: [one.sha256], state: 'verified' }],
    })
  })

  it('holds over an entry of many pieces, which is unpacked but never held', async () => {
    const more = [{ path: 'assets/film', bytes: Buffer.alloc(9_000_000, 'film') }]
    expect(await read(makeV1Apk({ more }, signer))).toMatchObject({ scheme: 'v1' })
  })

  it('is refused where the APK was signed by v2 once', async () => {
    await expect(read(makeV1Apk({}, signer, '2, 3'))).rejects.toMatchObject(refusal('signature_stripped'))
  })

  it('counts for nothing where an entry was added', async () => {
    const entries = apkEntries()
    const bytes = makeZip([...entries, ...signJar(entries, signer), { path: 'assets/added' }])
    await expect(read(bytes)).rejects.toMatchObject(refusal('bad_signature', 'assets/added'))
  })

  it('beside a newer one is verified only where some Android would go by it', async () => {
    const both = async (minSdk: number, isBroken = false) => {
      const entries = apkEntries({ minSdk })
      const jar = signJar(entries, older)
      const added = isBroken ? [{ path: 'assets/added' }] : []
      return read(signApk(makeZip([...entries, ...jar, ...added]), { v2: [{ signer: older }] }))
    }
    const v1 = { scheme: 'v1', signers: [older.sha256] }
    expect((await both(24)).schemes).toContainEqual({ ...v1, state: 'read' })
    expect((await both(21)).schemes).toContainEqual({ ...v1, state: 'verified' })
    expect((await both(21, true)).schemes).toContainEqual({ scheme: 'v1', signers: [], state: 'broken' })
  })
})
