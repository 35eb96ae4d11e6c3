import { describe, expect, it } from 'vitest'
import { matchingApps, splitApps, stateOf } from '../../../src/features/apps/delivery/ui/app-state'
import { changesBetween } from '../../../src/features/apps/delivery/ui/revision-changes'
import { OBSTACLES, SET_REASONS } from '../../../src/features/apps/sets/lists'
import { ChangeSet, type LineView, SetFields, type SetView } from '../../../src/features/apps/sets/schemas'
import { comparePath } from '../../../src/features/apps/sets/ui/places'
import { draftOf, SetForm, setOf, triedSet } from '../../../src/features/apps/sets/ui/set-form'
import { obstacleWords, setReasonWords, shortReason } from '../../../src/features/apps/sets/ui/words'
import { en } from '../../../src/i18n/en'
import { LOCALES } from '../../../src/i18n/locales'
import { ru } from '../../../src/i18n/ru'
import { wordsOf } from '../../ui/words'

const ID = '0197d1d0-0000-7000-8000-000000000001'
const AT = '2026-11-01T10:00:00.000Z'
const GAME = 'com.example.game'
const SHOP = 'com.example.shop'

const line = (values: Partial<LineView> = {}): LineView => ({
  ...{
    package: SHOP,
    want: 'version',
    appId: ID,
    label: 'Shop',
    labelEn: null,
    labelRu: 'Магазин',
    iconUrl: null,
    versionId: ID,
  },
  ...{ versionCode: 41, versionName: '4.1', sizeBytes: 1_000, newestVersionCode: 43 },
  ...values,
})
const absent = line({
  ...{
    package: GAME,
    want: 'absent',
    appId: null,
    label: null,
    labelRu: null,
    versionId: null,
    versionCode: null,
  },
  ...{ versionName: null, sizeBytes: null, newestVersionCode: null },
})
const saved: SetView = {
  ...{ id: ID, name: 'Shops', notes: '', goesInWaves: true, revision: 3, releasedRevision: 2, edition: 5 },
  ...{ terminals: 4, isWithinLimits: true, rollout: null },
  ...{ createdBy: 'me', createdAt: AT, updatedBy: 'me', updatedAt: AT },
  newest: {
    ...{
      setId: ID,
      revision: 3,
      removesOthers: false,
      madeFor: 'change',
      madeBy: 'me',
      madeAt: AT,
      releasedAt: null,
    },
    conditions: { window: { from: '22:00', to: '04:00' }, minBatteryPercent: 30 },
    lines: [line(), absent],
  },
}

describe('the form of a set', () => {
  it('sends a set that nobody has touched as it is saved', () => {
    const sent = setOf(SetForm.parse(draftOf(saved)))
    expect(sent).toEqual({
      ...{ name: 'Shops', notes: '', goesInWaves: true, removesOthers: false },
      conditions: saved.newest.conditions,
      lines: [
        { package: SHOP, want: 'version', versionCode: 41 },
        { package: GAME, want: 'absent' },
      ],
    })
    expect(ChangeSet.safeParse({ ...sent, setId: ID, edition: 5 }).success).toBe(true)
    expect(SetFields.safeParse(sent).success).toBe(true)
  })

  it('forgets the pinned version where the newest is wanted, and keeps it in the form', () => {
    const draft = draftOf(saved)
    const [first] = draft.lines
    draft.lines = first === undefined ? [] : [{ ...first, want: 'newest' }]
    expect(triedSet(draft)?.lines).toEqual([{ package: SHOP, want: 'newest' }])
    expect(draft.lines[0]?.versionCode).toBe(41)
  })

  it('says at its line that a pinned version is missing, and previews nothing meanwhile', () => {
    const draft = draftOf(saved)
    const [first] = draft.lines
    draft.lines = first === undefined ? [] : [{ ...first, versionCode: null }]
    expect(SetForm.safeParse(draft).error?.issues).toMatchObject([
      { path: ['lines', 0, 'versionCode'], message: 'sets.form.versionNeeded' },
    ])
    expect(triedSet(draft)).toBeUndefined()
  })

  it('asks nothing anew for another name, and begins empty', () => {
    const draft = draftOf(saved)
    expect(triedSet({ ...draft, name: '', notes: 'x' })).toEqual(triedSet(draft))
    expect(draftOf(undefined)).toMatchObject({ name: '', lines: [], removesOthers: false, hasWindow: false })
  })
})

describe('what a revision changed', () => {
  const content = (lines: LineView[], values = {}) => ({
    removesOthers: false,
    conditions: {},
    lines,
    ...values,
  })

  it('is told by application: new, another version, another wish, gone', () => {
    const before = content([line(), line({ package: 'a.b' })])
    const after = content([line({ versionCode: 42 }), absent])
    const found = changesBetween(before, after)
    expect(found.added).toEqual([absent])
    expect(found.removed.map((one) => one.package)).toEqual(['a.b'])
    expect(found.changed).toMatchObject([{ before: { versionCode: 41 }, after: { versionCode: 42 } }])
    expect(found).toMatchObject({ isReordered: false, removesOthers: undefined, hasOtherConditions: false })
    const wished = changesBetween(content([line()]), content([line({ want: 'newest' })]))
    expect(wished.changed).toHaveLength(1)
  })

  it('tells another order, other conditions and what becomes of everything else', () => {
    const [one, other] = [line(), line({ package: 'a.b' })]
    const found = changesBetween(
      content([one, other]),
      content([other, one], { removesOthers: true, conditions: { onlyWhenSettled: true } }),
    )
    expect(found).toMatchObject({
      ...{ added: [], removed: [], changed: [] },
      ...{ isReordered: true, removesOthers: true, hasOtherConditions: true },
    })
  })
})

describe('an application of a terminal', () => {
  const app = (values: object) => ({
    ...{
      package: SHOP,
      label: null,
      labelEn: null,
      labelRu: null,
      installed: null,
      wanted: null,
      isManaged: false,
      isProtected: false,
    },
    ...values,
  })
  const decision = (values: object) => ({
    ...{ outcome: 'offered' as const, reasons: [], obstacles: [], install: [], remove: [], recheckAt: null },
    ...values,
  })
  const installed = { versionCode: 41, versionName: '4.1', signer: null }
  const coming = [{ package: SHOP, versionCode: 43, versionName: '4.3' }]

  it.each([
    [
      'held',
      app({ installed, wanted: line() }),
      { obstacles: [{ package: SHOP, code: 'downgrade', values: {} }] },
    ],
    ['coming', app({ wanted: line() }), { install: coming }],
    ['upgrading', app({ installed, wanted: line({ want: 'newest' }) }), { install: coming }],
    ['going', app({ installed, isManaged: true }), { remove: [SHOP] }],
    ['asWanted', app({ installed, wanted: line() }), {}],
    ['absent', app({ wanted: line({ want: 'absent' }) }), {}],
    ['notNamed', app({ installed }), {}],
  ])('is %s by the decision that acts', (state, one, values) => {
    expect(stateOf(one, decision(values))).toBe(state)
  })

  const system = (count: number) =>
    Array.from({ length: count }, (_, n) => app({ package: `com.android.part${n}`, installed }))
  const namesOf = (apps: readonly { package: string }[]) => apps.map((one) => one.package)

  it('stands before what is merely there, which is folded away where there is much of it', () => {
    const own = [
      app({ package: 'known', label: 'Known', installed }),
      app({ package: 'brought', isManaged: true, installed }),
      app({ package: 'wanted', wanted: line() }),
      app({ package: 'going', installed }),
    ]
    const apps = [...system(8), ...own]
    const { shown, folded } = splitApps({ apps, decision: decision({ remove: ['going'] }) })
    expect(namesOf(shown)).toEqual(['wanted', 'going', 'known', 'brought'])
    expect(namesOf(folded)).toEqual(namesOf(system(8)))
  })

  it('is shown among the others where these are few', () => {
    const apps = [...system(7), app({ package: 'wanted', wanted: line() })]
    const { shown, folded } = splitApps({ apps, decision: null })
    expect(namesOf(shown)).toEqual(['wanted', ...namesOf(system(7))])
    expect(folded).toEqual([])
  })

  it('is found by any part of its package, in small or capital letters', () => {
    expect(namesOf(matchingApps(system(12), ' PART1'))).toEqual(
      ['part1', 'part10', 'part11'].map((part) => `com.android.${part}`),
    )
    expect(matchingApps(system(12), '')).toHaveLength(12)
  })
})

describe('why an application is not as its set wants it', () => {
  it.each([
    ['en', en],
    ['ru', ru],
  ] as const)('has words in %s for every obstacle and reason, with all its values', (_locale, words) => {
    expect(Object.keys(words.sets.obstacle).sort()).toEqual(Object.keys(OBSTACLES).sort())
    expect(Object.keys(words.sets.short)).toEqual(
      expect.arrayContaining([...Object.keys(OBSTACLES), ...Object.keys(SET_REASONS)]),
    )
    for (const [code, values] of Object.entries(OBSTACLES))
      for (const name of values)
        expect(words.sets.obstacle[code as keyof typeof OBSTACLES], code).toContain(`{{ ${name} }}`)
    for (const [code, values] of Object.entries(SET_REASONS))
      for (const name of values)
        expect(words.sets.reason[code as keyof typeof SET_REASONS]).toContain(`{{ ${name} }}`)
  })

  it.each(LOCALES)('names versions, Androids and sizes in %s as people know them', (locale) => {
    const words = { ...wordsOf(locale), setLocale: async () => {} }
    const code = obstacleWords({ code: 'downgrade', values: { installed: 20_000, wanted: 10_000 } }, words)
    expect(code).toContain('20000')
    const sdk = obstacleWords({ code: 'min_sdk', values: { sdk: 24, needs: 30 } }, words)
    expect(sdk).toContain('Android 7.0 (API 24)')
    expect(sdk).toContain('Android 11 (API 30)')
    const signer = obstacleWords({ code: 'signer_differs', values: { signer: 'ab'.repeat(32) } }, words)
    expect(signer).toContain('abababababab…')
    expect(signer).not.toContain('ababababababab')
  })

  it('names the application where an obstacle is the reason, and lends the words of updates for all else', () => {
    const words = { ...wordsOf('en'), setLocale: async () => {} }
    const values = { package: SHOP, installed: 43, wanted: 41 }
    expect(setReasonWords({ code: 'downgrade', values }, words)).toMatch(/^com\.example\.shop: has a later/)
    expect(setReasonWords({ code: 'up_to_date', values: {} }, words)).toBe('has all that the set says')
    expect(setReasonWords({ code: 'will_be_offered', values: {} }, words)).toBe(
      'is offered at its next check-in',
    )
    expect(shortReason('outside_window', words)).toBe(en.rules.why.outside_window)
    expect(shortReason('unheard_of', words)).toBe('unheard_of')
  })
})

it('a comparison is an address', () => {
  expect(comparePath({ one: ID, oneRevision: 2, other: ID })).toBe(
    `/apps/sets/compare?one=${ID}&oneRevision=2&other=${ID}`,
  )
})
