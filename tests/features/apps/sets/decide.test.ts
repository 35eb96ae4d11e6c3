import { describe, expect, it } from 'vitest'
import { sdkOf } from '../../../../src/features/apps/sets/android'
import { decideApps } from '../../../../src/features/apps/sets/decide'
import { installKey, removeKey } from '../../../../src/features/apps/sets/facts'
import { MOST_REPAIRS } from '../../../../src/features/apps/sets/lists'
import type { Pace } from '../../../../src/features/updates/rules'
import {
  absent,
  asked,
  NOW_MS,
  OTHER_SIGNER,
  reporting,
  SIGNER,
  setOf,
  terminal,
  told,
  version,
  wants,
} from './facts'

const loyalty = version('com.example.loyalty', 41)
const game = version('com.example.game', 3)
const LOYALTY = loyalty.package
const GAME = game.package
const set = setOf([wants(loyalty)])

const PACE: Pace = {
  ...{ name: 'First shops', state: 'running', wave: 1, openWave: 0, succeededPercent: 0, neededPercent: 95 },
  ...{ retries: 0, maxRetries: 0, retryAtMs: null, active: 0, maxActive: null },
}

const first = (input: Parameters<typeof decideApps>[0]) => decideApps(input).reasons[0]

describe('a terminal of a set', () => {
  it('is told to install what it has not', () => {
    const decision = decideApps(asked(set))
    expect(decision).toMatchObject({ outcome: 'offered', remove: [], install: [loyalty], obstacles: [] })
    expect(decision.stage).toMatchObject({ install: [loyalty], remove: [], when: {} })
  })

  it('is told nothing once it has it', () => {
    const now = terminal({ apps: reporting({ [LOYALTY]: 41 }) })
    expect(decideApps(asked(set, { terminal: now }))).toMatchObject({ outcome: 'done', stage: null })
  })

  it('is told to upgrade an earlier version, and not to go back from a later one', () => {
    const earlier = terminal({ apps: reporting({ [LOYALTY]: 40 }) })
    expect(decideApps(asked(set, { terminal: earlier })).install).toEqual([loyalty])
    const later = decideApps(asked(set, { terminal: terminal({ apps: reporting({ [LOYALTY]: 42 }) }) }))
    expect(later).toMatchObject({ outcome: 'blocked', install: [], stage: null })
    expect(later.obstacles).toEqual([
      { package: LOYALTY, code: 'downgrade', values: { installed: 42, wanted: 41 } },
    ])
  })

  it('keeps an application that stands in nobody’s set', () => {
    const now = terminal({ apps: reporting({ [LOYALTY]: 41, [GAME]: 3 }) })
    expect(decideApps(asked(set, { terminal: now }))).toMatchObject({ outcome: 'done', remove: [] })
  })

  it('loses what a set has brought it and names no more', () => {
    const now = terminal({ apps: reporting({ [LOYALTY]: 41, [GAME]: 3 }), managed: new Set([GAME]) })
    expect(decideApps(asked(set, { terminal: now }))).toMatchObject({
      outcome: 'offered',
      remove: [GAME],
      install: [],
    })
  })

  it('loses what must be absent, wherever that came from', () => {
    const now = terminal({ apps: reporting({ [GAME]: 3 }) })
    expect(decideApps(asked(setOf([absent(GAME)]), { terminal: now })).remove).toEqual([GAME])
  })

  it('does nothing about one of which nobody has heard', () => {
    const silent = terminal({ hasStatus: false })
    expect(first(asked(set, { terminal: silent }))).toEqual({ code: 'no_status', values: {} })
  })

  it.each([
    [{ platform: 'ingenico-t3' as const }, 'no_android'],
    [{ state: 'suspended' }, 'terminal_not_active'],
  ])('is left alone where it is %o', (more, code) => {
    expect(decideApps(asked(set, { terminal: terminal(more) }))).toMatchObject({
      outcome: 'excluded',
      stage: null,
      reasons: [{ code }],
    })
  })
})

describe('a set that removes everything else', () => {
  const strict = setOf([wants(loyalty)], { removesOthers: true })
  const apps = reporting({
    [LOYALTY]: 41,
    [GAME]: 3,
    'com.android.settings': 1,
    android: 1,
    'ru.bank.pos': 7,
  })

  it('removes what it does not name, but for what is protected and the payment application', () => {
    expect(decideApps(asked(strict, { terminal: terminal({ apps }) }))).toMatchObject({ remove: [GAME] })
  })

  it.each(['psPos', 'Bank PSPOS 3', 'ru.bank.pspos.terminal'])(
    'knows the payment application by the name %s that the terminal gives it',
    (application) => {
      const now = terminal({ application, apps: reporting({ [GAME]: 3, 'ru.bank.pspos.terminal': 7 }) })
      expect(decideApps(asked(setOf([], { removesOthers: true }), { terminal: now })).remove).toEqual([GAME])
    },
  )

  it.each(['Payment App', 'Kassa for Android 3', 'Smart-Com', 'Касса', 'POS terminal'])(
    'removes nothing of others where the terminal calls its payment application %s, which fits many or none',
    (application) => {
      const names = ['com.android.settings', 'ru.bank.till', GAME, 'com.vendor.app']
      const now = terminal({
        application,
        apps: reporting(Object.fromEntries(names.map((name) => [name, 1]))),
      })
      const decision = decideApps(asked(setOf([], { removesOthers: true }), { terminal: now }))
      expect(decision.remove).toEqual([])
      expect(decision.obstacles.map(({ code }) => code)).toEqual(['payment_unknown'])
    },
  )

  it('removes nothing of others while the terminal does not say which is its payment application', () => {
    const now = terminal({ apps, application: undefined, managed: new Set(['com.example.old']) })
    const decision = decideApps(asked(strict, { terminal: now }))
    expect(decision.remove).toEqual([])
    expect(decision.obstacles.map(({ code }) => code)).toEqual(['payment_unknown'])
  })

  it('still removes what sets have brought while the payment application is unknown', () => {
    const now = terminal({ apps, application: undefined, managed: new Set([GAME]) })
    expect(decideApps(asked(strict, { terminal: now })).remove).toEqual([GAME])
  })
})

describe('what is protected', () => {
  it('is never removed, be it that a line wants it gone or that a set had brought it', () => {
    const now = terminal({
      apps: reporting({ 'com.android.webview': 5, 'ru.bank.pos': 2 }),
      managed: new Set(['ru.bank.pos']),
    })
    const decision = decideApps(asked(setOf([absent('com.android.webview')]), { terminal: now }))
    expect(decision).toMatchObject({ outcome: 'blocked', remove: [], stage: null })
    expect(decision.obstacles).toEqual([
      { package: 'com.android.webview', code: 'protected', values: { pattern: 'com.android.*' } },
      { package: 'ru.bank.pos', code: 'protected', values: { pattern: 'ru.bank.pos' } },
    ])
  })

  it('is upgraded like any other application', () => {
    const pos = version('ru.bank.pos', 8)
    const now = terminal({ apps: reporting({ 'ru.bank.pos': 7 }) })
    expect(decideApps(asked(setOf([wants(pos)]), { terminal: now })).install).toEqual([pos])
  })
})

describe('an application that does not fit', () => {
  it.each([
    ['min_sdk', { minSdk: 35 }, {}, { sdk: 34, needs: 35 }],
    [
      'wrong_abi',
      { abis: ['x86'] },
      { abis: ['arm64-v8a', 'armeabi-v7a'] },
      { abis: 'arm64-v8a, armeabi-v7a', needs: 'x86' },
    ],
  ] as const)('is %s, and the others go on', (code, its, has, values) => {
    const misfit = version(GAME, 3, its)
    const decision = decideApps(asked(setOf([wants(misfit), wants(loyalty)]), { terminal: terminal(has) }))
    expect(decision).toMatchObject({ outcome: 'offered', install: [loyalty] })
    expect(decision.obstacles).toEqual([{ package: GAME, code, values }])
  })

  it('has nothing held against it of what the terminal does not say', () => {
    const picky = version(GAME, 3, { minSdk: 35, abis: ['x86'] })
    const now = terminal({ sdk: undefined, abis: undefined })
    expect(decideApps(asked(setOf([wants(picky)]), { terminal: now })).install).toEqual([picky])
  })

  it('is from another signer than what is installed, also at the same version', () => {
    for (const versionCode of [40, 41]) {
      const now = terminal({ apps: reporting({ [LOYALTY]: { versionCode, signer: OTHER_SIGNER } }) })
      expect(decideApps(asked(set, { terminal: now })).obstacles).toEqual([
        { package: LOYALTY, code: 'signer_differs', values: { signer: OTHER_SIGNER } },
      ])
    }
  })

  it('follows a signer whose place its own has taken', () => {
    const rotated = version(LOYALTY, 42, { signers: [OTHER_SIGNER], earlierSigners: [SIGNER] })
    const now = terminal({ apps: reporting({ [LOYALTY]: 41 }) })
    expect(decideApps(asked(setOf([wants(rotated)]), { terminal: now })).install).toEqual([rotated])
  })

  it('has no room: those before it in the set go first', () => {
    const large = version(GAME, 3, { sizeBytes: 900 })
    const small = version(LOYALTY, 41, { sizeBytes: 100 })
    const now = terminal({ freeBytes: 1_000 })
    const decision = decideApps(asked(setOf([wants(small), wants(large)]), { terminal: now }))
    expect(decision.stage?.install).toEqual([small])
    expect(decision.obstacles).toEqual([
      { package: GAME, code: 'app_no_space', values: { freeBytes: 900, needsBytes: 1_800 } },
    ])
    expect(decision.recheckAtMs).not.toBeNull()
  })
})

describe('what was told', () => {
  const both = setOf([wants(loyalty), wants(game)])
  const offer = decideApps(asked(both))

  it('stays on offer under its name, also once the first of two is there', () => {
    const standing = [told(offer)]
    expect(decideApps(asked(both, { standing })).stage?.subjectId).toBe(offer.stage?.subjectId)
    const half = terminal({ apps: reporting({ [LOYALTY]: 41 }) })
    expect(decideApps(asked(both, { standing, terminal: half })).stage?.subjectId).toBe(
      offer.stage?.subjectId,
    )
  })

  it('is another thing where the set wants something else meanwhile', () => {
    const standing = [told(offer)]
    const changed = setOf([wants(loyalty)])
    expect(decideApps(asked(changed, { standing })).stage?.subjectId).not.toBe(offer.stage?.subjectId)
  })

  it('waits for its proof once it is installed', () => {
    const confirmByMs = NOW_MS + 1_000
    const standing = [told(offer, { state: 'installed', confirmByMs })]
    expect(decideApps(asked(both, { standing }))).toMatchObject({
      outcome: 'underway',
      recheckAtMs: confirmByMs,
    })
  })

  it('is not pressed on the terminal again where it failed; what did not fail goes on', () => {
    const items = [
      { package: LOYALTY, state: 'installed' as const },
      { package: GAME, state: 'failed' as const, reason: 'signature_refused' as const },
    ]
    const standing = [told(offer, { state: 'failed', items })]
    const has = terminal({ apps: reporting({ [LOYALTY]: 41 }) })
    expect(decideApps(asked(both, { standing, terminal: has }))).toMatchObject({
      outcome: 'blocked',
      stage: null,
      reasons: [
        {
          code: 'failed_before',
          values: { reason: 'signature_refused', at: new Date(NOW_MS).toISOString() },
        },
      ],
    })
    // A user took away the one that had gone well: that is a repair, and not the failure.
    expect(decideApps(asked(both, { standing })).install).toEqual([loyalty])
  })

  it('failed as a whole where nothing is said of its parts', () => {
    const standing = [told(offer, { state: 'rejected', reason: 'cancelled_by_cashier' })]
    const decision = decideApps(asked(both, { standing }))
    expect(decision.install).toEqual([])
    expect(decision.obstacles.map(({ code }) => code)).toEqual(['app_rejected', 'app_rejected'])
  })

  it.each([
    ['names none of its parts', [{ component: 'system', state: 'failed' as const }]],
    ['says that a part is installed', [{ package: GAME, state: 'installed' as const }]],
    ['names a part of something else', [{ package: 'com.other', state: 'failed' as const }]],
  ])('failed as a whole where it %s', (_how, items) => {
    const standing = [told(offer, { state: 'failed', items })]
    expect(decideApps(asked(both, { standing }))).toMatchObject({
      outcome: 'blocked',
      stage: null,
      install: [],
    })
  })

  it('failed where the terminal said it was done and never reported it', () => {
    const items = [LOYALTY, GAME].map((name) => ({ package: name, state: 'installed' as const }))
    const standing = [told(offer, { state: 'failed', items, confirmByMs: NOW_MS - 1, reason: 'other' })]
    expect(decideApps(asked(both, { standing })).outcome).toBe('blocked')
  })

  it('is tried anew at another version', () => {
    const standing = [told(offer, { state: 'failed' })]
    const fixed = version(GAME, 4)
    expect(decideApps(asked(setOf([wants(loyalty), wants(fixed)]), { standing })).install).toEqual([fixed])
  })
})

describe('an application that comes and goes', () => {
  it('is brought and taken away some times, and then left alone', () => {
    const now = terminal({ apps: reporting({ [GAME]: 3 }), managed: new Set([GAME]) })
    const often = new Map([
      [installKey(loyalty), MOST_REPAIRS],
      [removeKey(GAME), MOST_REPAIRS],
    ])
    const seldom = new Map([...often].map(([key, times]) => [key, times - 1]))
    expect(decideApps(asked(set, { terminal: now, repairs: seldom })).outcome).toBe('offered')
    const decision = decideApps(asked(set, { terminal: now, repairs: often }))
    expect(decision).toMatchObject({ outcome: 'blocked', stage: null })
    expect(decision.obstacles.map(({ code }) => code)).toEqual(['keeps_changing', 'keeps_changing'])
  })
})

describe('the conditions of a set', () => {
  it('keep a terminal waiting, and tell it what to see to', () => {
    const nightly = setOf([wants(loyalty)], {
      conditions: { window: { from: '02:00', to: '04:00' }, onlyWhenSettled: true, minBatteryPercent: 30 },
    })
    const day = decideApps(asked(nightly, { terminal: terminal({ unsettled: 3 }) }))
    expect(day.outcome).toBe('waits')
    expect(day.reasons.map(({ code }) => code)).toEqual(['outside_window', 'unsettled'])
    expect(day.recheckAtMs).toBe(NOW_MS + 60_000)
    const night = decideApps(asked(nightly, { nowMs: Date.UTC(2026, 10, 23, 0) }))
    expect(night.stage?.when).toEqual({
      notBefore: '2026-11-22T23:00:00.000Z',
      notAfter: '2026-11-23T01:00:00.000Z',
      onlyWhenSettled: true,
      minBatteryPercent: 30,
    })
  })
})

describe('the pace of a rollout', () => {
  it('keeps a terminal waiting whose wave is not open', () => {
    expect(decideApps(asked(set, { pace: PACE }))).toMatchObject({
      outcome: 'waits',
      reasons: [{ code: 'wave_not_open' }],
    })
    expect(decideApps(asked(set, { pace: { ...PACE, openWave: 1 } })).outcome).toBe('offered')
  })

  it('has nothing to say where all is as it should be', () => {
    const now = terminal({ apps: reporting({ [LOYALTY]: 41 }) })
    expect(decideApps(asked(set, { pace: PACE, terminal: now })).outcome).toBe('done')
  })

  it('takes back what is not begun when it halts, and lets go on what is', () => {
    const offer = decideApps(asked(set))
    const halted: Pace = { ...PACE, openWave: 1, state: 'halted' }
    const by = (state: 'offered' | 'downloading') =>
      decideApps(asked(set, { pace: halted, standing: [told(offer, { state })] })).outcome
    expect([by('offered'), by('downloading')]).toEqual(['waits', 'underway'])
  })
})

describe('the level of an Android', () => {
  it.each([
    ['Android 7.1.2', 25],
    ['Android 7', 24],
    ['android 5.1', 22],
    ['Android 14', 34],
    ['Android 10.0.1', 29],
    ['Android 99', undefined],
    ['Linux 4.19', undefined],
    [undefined, undefined],
  ])('of %s is %s', (os, level) => expect(sdkOf(os)).toBe(level))
})
