import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type DecideAppsInput, decideApps } from '../../../../src/features/apps/sets/decide'
import type {
  AppDecision,
  AppTerminal,
  InstalledApp,
  LineFacts,
  SetFacts,
} from '../../../../src/features/apps/sets/facts'
import {
  isPaymentKnown,
  paymentPackages,
  protectingPattern,
} from '../../../../src/features/apps/sets/protected'
import { absent, asked, OTHER_SIGNER, SIGNER, setOf, terminal, told, version, wants } from './facts'

/** Few names, so that sets and reports meet; a protected and a payment application among them. */
const NAMES = ['com.a.one', 'com.a.two', 'com.b.three', 'com.android.web', 'ru.bank.pos', 'com.c.four']
const PATTERNS = ['com.android.*']

const someVersion = (name: string) =>
  fc
    .record({
      versionCode: fc.integer({ min: 1, max: 4 }),
      minSdk: fc.constantFrom(21, 21, 21, 35),
      abis: fc.constantFrom([], [], ['arm64-v8a'], ['x86']),
      signers: fc.constantFrom([SIGNER], [SIGNER], [OTHER_SIGNER]),
      earlierSigners: fc.constantFrom([], [SIGNER]),
      sizeBytes: fc.integer({ min: 1, max: 1_000 }),
    })
    .map(({ versionCode, ...more }) => version(name, versionCode, more))

const someLine = (name: string): fc.Arbitrary<LineFacts> =>
  fc.oneof(
    { weight: 3, arbitrary: someVersion(name).map(wants) },
    { weight: 1, arbitrary: fc.constant(absent(name)) },
  )

const someSet: fc.Arbitrary<SetFacts> = fc
  .tuple(fc.shuffledSubarray(NAMES), fc.boolean())
  .chain(([names, removesOthers]) =>
    fc.tuple(...names.map(someLine)).map((lines) => setOf(lines, { removesOthers })),
  )

const someInstalled: fc.Arbitrary<InstalledApp> = fc.record({
  versionCode: fc.integer({ min: 0, max: 5 }),
  versionName: fc.constant(undefined),
  signer: fc.constantFrom(undefined, SIGNER, OTHER_SIGNER),
})

const someTerminal: fc.Arbitrary<AppTerminal> = fc
  .record({
    names: fc.subarray(NAMES),
    managed: fc.subarray(NAMES).map((names) => new Set(names)),
    sdk: fc.constantFrom(undefined, 25, 34),
    abis: fc.constantFrom(undefined, ['arm64-v8a']),
    application: fc.constantFrom(undefined, 'ru.bank.pos', 'POS 3'),
    freeBytes: fc.constantFrom(undefined, 1_500, 1_000_000),
  })
  .chain(({ names, ...facts }) =>
    fc
      .tuple(...names.map(() => someInstalled))
      .map((apps) =>
        terminal({ ...facts, apps: new Map(names.map((name, at) => [name, apps[at] as InstalledApp])) }),
      ),
  )

const input = (set: SetFacts, now: AppTerminal, more: Partial<DecideAppsInput> = {}) =>
  asked(set, { terminal: now, protectedPatterns: PATTERNS, ...more })

/** A terminal that does exactly what it is told; what it installs takes room. */
function carryOut(now: AppTerminal, { stage }: AppDecision): AppTerminal {
  const apps = new Map(now.apps)
  for (const name of stage?.remove ?? []) apps.delete(name)
  for (const one of stage?.install ?? [])
    apps.set(one.package, { versionCode: one.versionCode, versionName: undefined, signer: one.signers[0] })
  const taken = (stage?.install ?? []).reduce((sum, one) => sum + one.sizeBytes, 0)
  return { ...now, apps, freeBytes: now.freeBytes === undefined ? undefined : now.freeBytes - taken }
}

/** Until nothing is told any more. */
function converge(
  set: SetFacts,
  start: AppTerminal,
): { now: AppTerminal; last: AppDecision; rounds: number } {
  let now = start
  for (let rounds = 0; ; rounds++) {
    const last = decideApps(input(set, now))
    if (last.stage === null) return { now, last, rounds }
    expect(rounds, 'it comes to rest').toBeLessThan(3)
    now = carryOut(now, last)
  }
}

const holds = (check: (set: SetFacts, now: AppTerminal) => void) =>
  fc.assert(fc.property(someSet, someTerminal, check), { numRuns: 1_000 })

describe('whatever the set and whatever the terminal reports', () => {
  it('doing what is told leads to the set, but for obstacles that are named', () => {
    holds((set, start) => {
      const { now, last } = converge(set, start)
      const named = new Set(last.obstacles.map((one) => one.package))
      for (const { package: name, version: wanted } of set.lines) {
        if (named.has(name)) continue
        expect(now.apps.get(name)?.versionCode, name).toBe(wanted?.versionCode)
      }
      expect(last.outcome).toBe(last.obstacles.length === 0 ? 'done' : 'blocked')
    })
  })

  it('nothing is told a second time', () => {
    holds((set, start) => {
      const { now } = converge(set, start)
      expect(decideApps(input(set, now))).toMatchObject({ stage: null, install: [], remove: [] })
    })
  })

  it('what a set has brought and names no more is gone, and all else too where it says so', () => {
    holds((set, start) => {
      const { now, last } = converge(set, start)
      const named = new Set([...set.lines, ...last.obstacles].map((one) => one.package))
      const isKept = (name: string) =>
        named.has(name) || protectingPattern(PATTERNS, name) !== undefined || paymentPackages(now).has(name)
      for (const name of now.apps.keys()) {
        if (isKept(name)) continue
        expect(start.managed.has(name), `${name} was brought by a set`).toBe(false)
        expect(set.removesOthers && isPaymentKnown(start, PATTERNS), `${name} is another one`).toBe(false)
      }
    })
  })

  it('nobody loses what is protected, a payment application, or what no set has to do with', () => {
    holds((set, start) => {
      const { remove } = decideApps(input(set, start))
      const absents = new Set(set.lines.flatMap((line) => (line.version === null ? [line.package] : [])))
      for (const name of remove) {
        expect(protectingPattern(PATTERNS, name)).toBeUndefined()
        expect(paymentPackages(start).has(name)).toBe(false)
        expect(absents.has(name) || start.managed.has(name) || set.removesOthers).toBe(true)
        expect(set.lines.find((line) => line.package === name)?.version ?? null).toBeNull()
      }
    })
  })

  it('nothing is installed that Android would refuse', () => {
    holds((set, start) => {
      for (const one of decideApps(input(set, start)).install) {
        const has = start.apps.get(one.package)
        expect(has === undefined || has.versionCode <= one.versionCode).toBe(true)
        const signers = [undefined, ...one.signers, ...one.earlierSigners]
        expect(has === undefined || signers.includes(has.signer)).toBe(true)
        expect(start.sdk === undefined || one.minSdk <= start.sdk).toBe(true)
      }
    })
  })

  it('what is told keeps its name until it is done, however far the terminal is with it', () => {
    fc.assert(
      fc.property(someSet, someTerminal, fc.infiniteStream(fc.boolean()), (set, start, choices) => {
        const offer = decideApps(input(set, start))
        if (offer.stage === null) return
        const { remove, install } = offer.stage
        const isDone = () => choices.next().value === true
        const part = {
          ...offer,
          stage: { ...offer.stage, remove: remove.filter(isDone), install: install.filter(isDone) },
        }
        const half = carryOut(start, part)
        const again = decideApps(input(set, half, { standing: [told(offer, { state: 'downloading' })] }))
        const isOver =
          remove.every((name) => !half.apps.has(name)) &&
          install.every((one) => half.apps.get(one.package)?.versionCode === one.versionCode)
        if (!isOver) expect(again.stage?.subjectId).toBe(offer.stage.subjectId)
      }),
      { numRuns: 1_000 },
    )
  })

  it('what failed is not told again, and does not keep the rest from coming', () => {
    fc.assert(
      fc.property(someSet, someTerminal, fc.nat(), (set, start, which) => {
        const offer = decideApps(input(set, start))
        if (offer.stage === null) return
        const all = [...offer.stage.install.map((one) => one.package), ...offer.stage.remove]
        const broken = all[which % all.length] as string
        const items = all.map((name) => ({
          package: name,
          state: name === broken ? ('failed' as const) : ('installed' as const),
        }))
        const standing = [told(offer, { state: 'failed', items })]
        const again = decideApps(input(set, start, { standing }))
        expect([...again.install.map((one) => one.package), ...again.remove]).not.toContain(broken)
        expect(again.obstacles.map((one) => one.package)).toContain(broken)
        for (const name of all)
          if (name !== broken && offer.obstacles.length === 0)
            expect([...again.install.map((one) => one.package), ...again.remove]).toContain(name)
      }),
      { numRuns: 1_000 },
    )
  })
})
