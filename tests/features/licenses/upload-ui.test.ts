import { describe, expect, it } from 'vitest'
import { readBundle } from '../../../src/features/licenses/bundle'
import { emptyResult, type ImportResult } from '../../../src/features/licenses/schemas'
import { expiryOf, spanOf } from '../../../src/features/licenses/ui/expiry'
import {
  createImportSession,
  type ImportParts,
} from '../../../src/features/licenses/ui/upload/import-session'
import { packFiles } from '../../../src/features/licenses/ui/upload/pack'

type Input = Parameters<ImportParts['importUpload']>[0]
type Report = Awaited<ReturnType<ImportParts['importUpload']>>
const UPLOAD = '0190a000-0000-7000-8000-000000000001'
const LICENCE = '0190a000-0000-7000-8000-000000000002'

const result = (fileName: string, values: Partial<ImportResult> = {}): ImportResult => ({
  ...emptyResult(fileName),
  outcome: 'imported',
  ...values,
})
const report = (results: ImportResult[], values: Partial<Report> = {}): Report => ({
  results,
  counts: {},
  omitted: 0,
  total: results.length,
  next: null,
  isUploadKept: false,
  ...values,
})
const replacement = {
  id: LICENCE,
  licId: 'LIC-1',
  issuedAt: null,
  validUntil: null,
  sha256: '',
  sizeBytes: 1,
  fileName: 'old.lic',
  importedAt: '2026-01-01T00:00:00.000Z',
  importedBy: 'somebody',
}

/** A session with a server that answers as it is told, one answer for each call. */
function sessionWith(...answers: (Report | Error | object)[]) {
  const asked: Input[] = []
  const discarded: string[] = []
  const waits: number[] = []
  const session = createImportSession({
    importUpload: async (input) => {
      asked.push(input)
      const answer = answers.shift()
      if (answer === undefined || !('results' in answer)) throw answer
      return answer
    },
    discard: async (uploadId) => discarded.push(uploadId),
    wait: async (tries) => void waits.push(tries),
  })
  return { session, asked, discarded, waits }
}

describe('the import of what was uploaded', () => {
  it('goes window by window until the server names no next one', async () => {
    const { session, asked } = sessionWith(
      report([result('a'), result('b')], { total: 3, next: 2, isUploadKept: true }),
      report([result('c')], { total: 3 }),
    )
    await session.take(UPLOAD, 'all.zip', { platform: 'other' })
    expect(asked.map(({ from }) => from)).toEqual([0, 2])
    expect(asked.map(({ given }) => given)).toEqual([{ platform: 'other' }, { platform: 'other' }])
    expect(session.results().map(({ fileName }) => fileName)).toEqual(['a', 'b', 'c'])
    expect(session.batches()).toMatchObject([{ state: 'done', taken: 3, total: 3 }])
  })

  it('repeats a window when the connection drops, and goes on', async () => {
    const { session, asked, waits } = sessionWith(
      new Error('no network'),
      { data: { failure: 'server_busy' } },
      report([result('a')]),
    )
    await session.take(UPLOAD, 'a.lic', {})
    expect(asked.length).toBe(3)
    expect(waits).toEqual([1, 2])
    expect(session.batches()).toMatchObject([{ state: 'done' }])
  })

  it('stops at a refusal, and goes on from there when it is told to', async () => {
    const { session, asked } = sessionWith(
      report([result('a')], { total: 2, next: 1, isUploadKept: true }),
      { data: { failure: 'upload_not_found' } },
      report([result('b')], { total: 2 }),
    )
    await session.take(UPLOAD, 'all.zip', {})
    expect(session.batches()).toMatchObject([{ state: 'failed', refusal: { code: 'upload_not_found' } }])
    await session.retry(UPLOAD)
    expect(asked.map(({ from }) => from)).toEqual([0, 1, 1])
    expect(session.results().length).toBe(2)
  })

  it('sends the facts a file lacks, and sends them again with the confirmation that follows', async () => {
    const { session, asked } = sessionWith(
      report([result('a', { outcome: 'needs_facts', missing: ['platform'] })], { isUploadKept: true }),
      report([result('a', { outcome: 'needs_confirmation', code: 'replacement', replaces: replacement })], {
        isUploadKept: true,
      }),
      report([result('a', { outcome: 'replaced' })]),
    )
    await session.take(UPLOAD, 'all.zip', {})
    await session.answer(session.results(), { platform: 'other' })
    expect(asked[1]).toMatchObject({ only: ['a'], givenByFile: { a: { platform: 'other' } } })
    expect(asked[1]).not.toHaveProperty('isConfirmed')
    await session.confirm(session.results())
    expect(asked[2]).toMatchObject({
      isConfirmed: true,
      replacesByFile: { a: LICENCE },
      givenByFile: { a: { platform: 'other' } },
    })
    expect(session.results().map(({ outcome }) => outcome)).toEqual(['replaced'])
  })

  it('takes a confirmed contradiction for no leave to replace a licence that was not shown', async () => {
    const { session, asked } = sessionWith(
      report([result('a', { outcome: 'needs_confirmation', code: 'conflict' })], { isUploadKept: true }),
      report([result('a', { outcome: 'needs_confirmation', code: 'replacement', replaces: replacement })], {
        isUploadKept: true,
      }),
    )
    await session.take(UPLOAD, 'a', {})
    await session.confirm(session.results())
    expect(asked[1]?.replacesByFile?.a).not.toBe(LICENCE)
    expect(session.results()).toMatchObject([{ outcome: 'needs_confirmation', code: 'replacement' }])
  })

  it('keeps the question where an answer is refused, and says why', async () => {
    const { session } = sessionWith(
      report([result('a', { outcome: 'needs_facts', missing: ['serial'] })], { isUploadKept: true }),
      { data: { failure: 'forbidden' } },
    )
    await session.take(UPLOAD, 'a', {})
    await session.answer(session.results(), { serial: 'S1' })
    expect(session.results()).toMatchObject([{ outcome: 'needs_facts', refusal: { code: 'forbidden' } }])
    expect(session.isBusy()).toBe(false)
  })

  it('drops at its end the uploads that still wait for answers, and no others', async () => {
    const { session, discarded } = sessionWith(
      report([result('a')]),
      report([result('b', { outcome: 'needs_facts' })], { isUploadKept: true }),
    )
    await session.take(LICENCE, 'a', {})
    await session.take(UPLOAD, 'b', {})
    session.end()
    expect(discarded).toEqual([UPLOAD])
  })
})

describe('loose files', () => {
  it('travel as a ZIP that the server reads byte for byte, also those of one name', async () => {
    const contents = ['first', '', 'вторая']
    const paths = ['папка/a.lic', 'empty.lic', 'папка/a.lic']
    const zip = await packFiles(paths.map((path, at) => ({ path, content: new Blob([contents[at] ?? '']) })))
    const items: [string | null, string][] = []
    for await (const item of readBundle(new Uint8Array(await zip.arrayBuffer())))
      items.push([item.path, 'bytes' in item ? item.bytes.toString('utf8') : item.error])
    expect(items).toEqual([
      ['папка/a.lic', 'first'],
      ['empty.lic', ''],
      ['2/папка/a.lic', 'вторая'],
    ])
  })
})

describe('the end of a licence', () => {
  const now = new Date('2026-03-10T12:00:00Z')

  it.each([
    [null, 'endless'],
    ['2026-03-10T11:59:59Z', 'expired'],
    ['2026-04-09T11:59:59Z', 'soon'],
    ['2026-04-09T12:00:00Z', 'valid'],
  ])('%s is %s', (until, expiry) => {
    expect(expiryOf(until, now.getTime())).toBe(expiry)
  })

  it.each([
    ['expired', { expiresBefore: '2026-03-10T12:00:00.000Z' }],
    ['7', { expiresFrom: '2026-03-10T12:00:00.000Z', expiresBefore: '2026-03-17T12:00:00.000Z' }],
    ['2026-03', { expiresFrom: '2026-03-10T12:00:00.000Z', expiresBefore: '2026-04-01T00:00:00.000Z' }],
    ['2026-12', { expiresFrom: '2026-12-01T00:00:00.000Z', expiresBefore: '2027-01-01T00:00:00.000Z' }],
    ['2026-13', {}],
    ['soon', {}],
    [undefined, {}],
  ])('the filter %s means %j', (filter, span) => {
    expect(spanOf(filter, now)).toEqual(span)
  })
})
