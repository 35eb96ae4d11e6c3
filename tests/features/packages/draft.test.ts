import { beforeEach, describe, expect, it } from 'vitest'
import { createDrafts, isSameFile } from '../../../src/features/updates/packages/ui/upload/draft'
import { groupWarnings } from '../../../src/features/updates/packages/ui/words'

const DAY_MS = 86_400_000
let kept: Map<string, string>
let nowMs: number

beforeEach(() => {
  kept = new Map()
  nowMs = 1_000 * DAY_MS
})

/** What a browser keeps, without the browser. */
const storage = () =>
  ({
    get length() {
      return kept.size
    },
    key: (at: number) => [...kept.keys()][at] ?? null,
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  }) as Storage
const draftsOf = (operatorId: string) => createDrafts(storage, operatorId, () => nowMs)

const file = { path: 'set/0440.M40', sizeBytes: 3, lastModified: 7, uploadId: 'u1', isSent: false }
const draft = {
  platform: 'ingenico-t3',
  component: 'telium',
  version: '2.9.0',
  fromVersion: '',
  models: ['Desk/3500'],
  notes: '',
  files: [file],
  isOrderOwn: true,
  isMaking: false,
}

describe('unfinished packages of a browser', () => {
  it('are there again with all that was entered, the newest first', () => {
    const drafts = draftsOf('one')
    drafts.write('a', draft)
    nowMs += 1
    drafts.write('b', { ...draft, version: '3.0.0' })
    expect(drafts.list().map(({ id }) => id)).toEqual(['b', 'a'])
    expect(draftsOf('one').read('a')).toEqual({ ...draft, savedAtMs: nowMs - 1 })
  })

  it('are nobody else’s at the same desk', () => {
    draftsOf('one').write('a', draft)
    expect(draftsOf('two').list()).toEqual([])
    expect(draftsOf('two').read('a')).toBeUndefined()
  })

  it('are gone when they are discarded, and after a month', () => {
    const drafts = draftsOf('one')
    drafts.write('a', draft)
    drafts.write('b', draft)
    drafts.remove('a')
    expect(drafts.list().map(({ id }) => id)).toEqual(['b'])
    nowMs += 31 * DAY_MS
    expect(drafts.list()).toEqual([])
  })

  it('are none where the browser keeps nothing, or keeps something else', () => {
    kept.set('psm.package-draft.one.a', '{"version": 1}')
    kept.set('psm.package-draft.one.b', 'no JSON')
    expect(draftsOf('one').list()).toEqual([])
    const forbidden = createDrafts(
      () => {
        throw new Error('forbidden')
      },
      'one',
      () => nowMs,
    )
    forbidden.write('a', draft)
    forbidden.remove('a')
    expect(forbidden.list()).toEqual([])
    expect(forbidden.read('a')).toBeUndefined()
  })
})

describe('a file that is chosen again', () => {
  const chosen = (more: Partial<{ name: string; text: string; lastModified: number }> = {}) => {
    const { name = '0440.M40', text = 'abc', lastModified = 7 } = more
    const one = new File([text], name, { lastModified })
    Object.defineProperty(one, 'webkitRelativePath', { value: `set/${name}` })
    return one
  }

  it('is gone on with where it is the very same', () => {
    expect(isSameFile(file, chosen())).toBe(true)
  })

  it.each([{ name: '0441.M40' }, { text: 'abcd' }, { lastModified: 8 }])('is another one with %o', (more) => {
    expect(isSameFile(file, chosen(more))).toBe(false)
  })
})

describe('warnings of a package', () => {
  it('are said once for each kind, with all it is about, the grave ones first', () => {
    expect(
      groupWarnings([
        { code: 'file_unknown', detail: 'a.txt' },
        { code: 'catalogue_missing', detail: '' },
        { code: 'file_unknown', detail: 'b.txt' },
        { code: 'file_unknown', detail: 'a.txt' },
      ]),
    ).toEqual([
      { code: 'catalogue_missing', details: [] },
      { code: 'file_unknown', details: ['a.txt', 'b.txt'] },
    ])
  })
})
