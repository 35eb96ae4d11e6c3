import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { beforeAll, describe, expect, it } from 'vitest'
import { contentKey } from '../../../src/blobs/keys'
import type { Ctx, Services } from '../../../src/core/context'
import { reportOf } from '../../../src/features/licenses/service/bundle'
import { listLicences } from '../../../src/features/licenses/service/find'
import { importLicence, rejected } from '../../../src/features/licenses/service/import'
import { importUpload } from '../../../src/features/licenses/service/upload'
import { registerTerminal } from '../../../src/features/terminals/service/register'
import { createUpload, getUpload } from '../../../src/features/uploads/service/announce'
import { receivePart } from '../../../src/features/uploads/service/parts'
import { makeZip } from '../../../src/tools/apk-maker/zip'
import { useTestDatabase } from '../../support/postgres'
import { integrator, makeCtx, makeServices, operator } from '../../support/services'

const database = useTestDatabase()
let services: Services
let me: Ctx

beforeAll(async () => {
  services = await makeServices(database, { env: { UPLOAD_PART_KIB: '64' } })
  me = makeCtx(services, operator())
})

const licence = (serial: string, licId: string, more = {}) =>
  Buffer.from(JSON.stringify({ serial, platform: 'other', licId, ...more }))

async function upload(fileName: string, bytes: Buffer, ctx = me): Promise<string> {
  const { uploadId, partBytes, partCount } = await createUpload(ctx, { fileName, sizeBytes: bytes.length })
  for (let index = 0; index < partCount; index++) {
    const part = bytes.subarray(index * partBytes, (index + 1) * partBytes)
    await receivePart(ctx, { uploadId, index }, Readable.from([part]))
  }
  return uploadId
}

const isGone = (uploadId: string) =>
  expect(getUpload(me, { uploadId })).rejects.toMatchObject({ code: 'upload_not_found' })

describe('a single file', () => {
  it('is imported, and its upload is gone', async () => {
    const uploadId = await upload('one.json', licence('ONE', 'L-1'))
    expect(await importUpload(me, { uploadId })).toMatchObject({
      results: [{ fileName: 'one.json', outcome: 'imported' }],
      counts: { imported: 1 },
      total: 1,
      next: null,
      isUploadKept: false,
    })
    await isGone(uploadId)
  })

  it('waits for facts and for a confirmation without being sent again', async () => {
    await importLicence(me, { fileName: 'old.json', bytes: licence('TWO', 'OLD') })
    const bytes = Buffer.from([0, 1, 2, 3])
    const uploadId = await upload('opaque.bin', bytes)
    expect(await importUpload(me, { uploadId })).toMatchObject({
      results: [{ outcome: 'needs_facts', missing: ['serial', 'platform', 'licId'] }],
      isUploadKept: true,
    })
    const given = { serial: 'TWO', platform: 'other' as const, licId: 'NEW' }
    const asked = await importUpload(me, { uploadId, given })
    expect(asked).toMatchObject({
      results: [
        {
          outcome: 'needs_confirmation',
          code: 'replacement',
          sha256: createHash('sha256').update(bytes).digest('hex'),
          sizeBytes: 4,
          replaces: {
            licId: 'OLD',
            validUntil: null,
            sha256: createHash('sha256').update(licence('TWO', 'OLD')).digest('hex'),
            fileName: 'old.json',
            importedBy: 'the operator',
            importedAt: expect.any(String),
          },
        },
      ],
      isUploadKept: true,
    })
    expect(await importUpload(me, { uploadId, given, isConfirmed: true })).toMatchObject({
      results: [{ outcome: 'replaced' }],
      isUploadKept: false,
    })
  })

  it('larger than a licence may be is refused without being read', async () => {
    const uploadId = await upload('large.bin', Buffer.alloc(1024 ** 2 + 1, 'x'))
    expect(await importUpload(me, { uploadId })).toMatchObject({ results: [{ code: 'file_too_large' }] })
  })

  it('that is empty is refused', async () => {
    const uploadId = await upload('empty.bin', Buffer.alloc(0))
    expect(await importUpload(me, { uploadId })).toMatchObject({ results: [{ code: 'empty_file' }] })
  })
})

describe('a ZIP', () => {
  const files = Array.from({ length: 25 }, (_, index) => ({
    path: `set/${index}.json`,
    // Not to be compressed: so that it spans several parts of the upload.
    bytes: licence(`ZIP${index}`, `L-${index}`, {
      pad: createHash('sha512').update(`${index}`).digest('hex').repeat(200),
    }),
    isStored: true,
  }))

  it('is taken window by window, and the progress is in the answers', async () => {
    const uploadId = await upload('all.zip', makeZip(files))
    const seen: (number | null)[] = []
    const names: string[] = []
    for (let from: number | null = 0; from !== null; ) {
      const report: Awaited<ReturnType<typeof importUpload>> = await importUpload(me, {
        uploadId,
        from,
        limit: 10,
      })
      expect([report.total, report.isUploadKept]).toEqual([25, true])
      seen.push(report.next)
      names.push(...report.results.map((one) => one.fileName))
      from = report.next
    }
    expect(seen).toEqual([10, 20, null])
    expect(names).toEqual(files.map((file) => file.path))
    expect(await importUpload(me, { uploadId, limit: 1000 })).toMatchObject({
      counts: { duplicate: 25 },
      isUploadKept: false,
    })
    await isGone(uploadId)
  })

  it('goes on with those files alone that need an answer, each with its own facts', async () => {
    const opaque = (name: string, byte: number) => ({ path: name, bytes: Buffer.from([0, byte]) })
    const uploadId = await upload(
      'mixed.zip',
      makeZip([{ path: 'ok.json', bytes: licence('MIX-OK', 'L') }, opaque('a.bin', 1), opaque('b.bin', 2)]),
    )
    expect((await importUpload(me, { uploadId })).counts).toEqual({ imported: 1, needs_facts: 2 })
    const report = await importUpload(me, {
      uploadId,
      only: ['a.bin', 'b.bin', 'never.bin'],
      given: { platform: 'other', licId: 'L' },
      givenByFile: { 'a.bin': { serial: 'MIX-A' }, 'b.bin': { serial: 'MIX-B', licId: 'L-B' } },
    })
    expect(report.results.map((one) => [one.fileName, one.outcome, one.code, one.facts.licId])).toEqual([
      ['a.bin', 'imported', null, 'L'],
      ['b.bin', 'imported', null, 'L-B'],
      ['never.bin', 'rejected', 'file_not_in_upload', undefined],
    ])
    expect(report.total).toBe(2)
    expect((await listLicences(me, { search: 'MIX-' })).items).toHaveLength(3)
  })

  it('has one manifest for all windows, whose mistakes are told with the last', async () => {
    const zip = makeZip([
      { path: 'x/same.bin', bytes: Buffer.from([0, 1]) },
      { path: 'y/same.bin', bytes: Buffer.from([0, 2]) },
      {
        path: 'manifest.csv',
        bytes: Buffer.from(
          'file;serial;platform;licId\nx/same.bin;MAN-X;other;L\nsame.bin;MAN-Y;other;L\n;MAN-Z;other;L\n',
        ),
      },
    ])
    const uploadId = await upload('manifest.zip', zip)
    const first = await importUpload(me, { uploadId, limit: 1 })
    expect(first).toMatchObject({ results: [{ outcome: 'imported', facts: { serial: 'MAN-X' } }], next: 1 })
    const second = await importUpload(me, { uploadId, from: 1, limit: 1 })
    expect(second.results.map((one) => [one.fileName, one.outcome, one.code])).toEqual([
      ['y/same.bin', 'needs_facts', null],
      ['manifest.csv, line 4', 'rejected', 'manifest_no_file_name'],
      ['same.bin', 'rejected', 'manifest_file_missing'],
    ])
  })

  it('that is broken is one refusal', async () => {
    const uploadId = await upload('broken.zip', makeZip(files).subarray(0, 5000))
    expect(await importUpload(me, { uploadId })).toMatchObject({
      results: [{ fileName: 'broken.zip', code: 'zip_broken' }],
      total: 1,
      isUploadKept: false,
    })
  })

  it('whose upload is somebody else’s, or not all here, is not read', async () => {
    const uploadId = await upload('mine.zip', makeZip(files))
    const other = makeCtx(services, operator('admin'))
    await expect(importUpload(other, { uploadId })).rejects.toMatchObject({ code: 'upload_not_found' })
    const program = makeCtx(services, integrator('uploads:write', 'licenses:read'))
    const its = await upload('its.zip', makeZip(files), program)
    await expect(importUpload(program, { uploadId: its })).rejects.toMatchObject({ code: 'forbidden' })
    const { uploadId: announced } = await createUpload(me, { fileName: 'a.zip', sizeBytes: 5 })
    await expect(importUpload(me, { uploadId: announced })).rejects.toMatchObject({
      code: 'upload_incomplete',
    })
  })
})

describe('a long report', () => {
  it('keeps what needs a look before what went well, and counts all', () => {
    const fine = Array.from({ length: 3000 }, (_, at) => ({
      ...rejected(`${at}`, 'x'),
      outcome: 'imported' as const,
    }))
    const bad = rejected('bad', 'zip_broken')
    const report = reportOf([...fine, bad])
    expect(report.counts).toEqual({ imported: 3000, rejected: 1 })
    expect([report.results.length, report.omitted]).toEqual([2000, 1001])
    expect(report.results.at(-1)).toEqual(bad)
    expect(report.results[0]?.fileName).toBe('0')
  })
})

describe('traps of replacing', () => {
  const importing = (serial: string, licId: string, more = {}) =>
    importLicence(me, { fileName: `${licId}.json`, bytes: licence(serial, licId), ...more })

  it('a confirmation is for the licence that was seen', async () => {
    const first = await importing('SEEN', 'FIRST')
    const replaces = first.licenseId as string
    await importing('SEEN', 'SECOND', { isConfirmed: true })
    const third = await importing('SEEN', 'THIRD', { isConfirmed: true, replaces })
    expect(third).toMatchObject({ outcome: 'needs_confirmation', replaces: { licId: 'SECOND' } })
    expect(
      await importing('SEEN', 'THIRD', { isConfirmed: true, replaces: third.replaces?.id }),
    ).toMatchObject({ outcome: 'replaced' })
  })

  it('what is never confirmed leaves no bytes in the store', async () => {
    await importing('BYTES', 'FIRST')
    const asked = await importing('BYTES', 'SECOND')
    expect(asked.outcome).toBe('needs_confirmation')
    expect(await services.blobs.head(contentKey(asked.sha256 as string))).toBeUndefined()
  })

  it('wrong facts are corrected by the same file', async () => {
    const bytes = Buffer.from([0, 42])
    const given = { serial: 'FACTS', platform: 'other' as const, licId: 'WRONG' }
    await importLicence(me, { fileName: 'f', bytes, given })
    expect(await importLicence(me, { fileName: 'f', bytes, given })).toMatchObject({ outcome: 'duplicate' })
    const right = { ...given, licId: 'RIGHT' }
    expect(await importLicence(me, { fileName: 'f', bytes, given: right })).toMatchObject({
      outcome: 'needs_confirmation',
      replaces: { licId: 'WRONG' },
    })
    expect(await importLicence(me, { fileName: 'f', bytes, given: right, isConfirmed: true })).toMatchObject({
      outcome: 'replaced',
    })
  })

  it('says where the terminal is not registered, or is of another platform', async () => {
    expect((await importing('NOBODY', 'L')).warnings).toEqual(['terminal_not_registered'])
    await registerTerminal(me, { serial: 'ANOTHER', platform: 'feitian-f20' })
    expect((await importing('ANOTHER', 'L')).warnings).toEqual(['terminal_platform_differs'])
  })

  it('two files for one serial number in different case are of one terminal, registered or not', async () => {
    await importing('CASE-2A', 'FIRST')
    expect(await importing('case-2a', 'SECOND')).toMatchObject({
      outcome: 'needs_confirmation',
      replaces: { licId: 'FIRST' },
    })
  })
})
