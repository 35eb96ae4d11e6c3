import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { PLATFORM_IDS } from '../../../../src/core/platforms'
import { ROLLOUT_STATES } from '../../../../src/features/updates/rollouts/lists'
import { type DecideInput, type Decision, stageId } from '../../../../src/features/updates/rules/decide'
import { decideUpdates } from '../../../../src/features/updates/rules/decide-all'
import type {
  Pace,
  PackageFacts,
  RuleFacts,
  StandingUpdate,
  TerminalFacts,
} from '../../../../src/features/updates/rules/facts'
import { NETWORK_TYPES, WEEKDAYS } from '../../../../src/features/updates/rules/lists'
import { compareVersions } from '../../../../src/features/updates/rules/versions'
import { isOnTheWall, NOW_MS } from './facts'

/**
 * What must never happen, whatever rules, terminals and moments come together. Each promise is checked against the plain
 * facts, not by the code that decides. The small numbers of components, versions and models make them meet often.
 */
const COMPONENTS = ['system', 'boot']
const version = fc.constantFrom('1.0', '1.5', '2.0', '3.0')
const model = fc.constantFrom('WPOS-3', 'P5', 'wpos 3')
const models: fc.Arbitrary<string[]> = fc.uniqueArray(model, { maxLength: 2 })
const sometimes = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: null, freq: 3 })
const mostly = <Value>(usual: Value, value: fc.Arbitrary<Value>) =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: value })
const moment = fc.integer({ min: NOW_MS - 100_000_000, max: NOW_MS + 100_000_000 })
const bytes = fc.integer({ min: 0, max: 3_000 })

const packages: fc.Arbitrary<PackageFacts> = fc.record({
  id: fc.uuid(),
  component: fc.constantFrom(...COMPONENTS),
  version,
  models: mostly<string[]>([], models),
  fromVersion: mostly<string | null>(null, version),
  sizeBytes: bytes,
})
const conditions = fc.record(
  {
    window: fc.record(
      {
        days: fc.uniqueArray(fc.constantFrom(...WEEKDAYS), { minLength: 1 }),
        from: fc.constantFrom('00:00', '09:00', '22:00'),
        to: fc.constantFrom('00:00', '04:00', '15:30', '22:00'),
      },
      { requiredKeys: ['from', 'to'] },
    ),
    networkTypes: fc.uniqueArray(fc.constantFrom(...NETWORK_TYPES), { minLength: 1 }),
    minBatteryPercent: fc.integer({ min: 1, max: 100 }),
    minFreeBytes: bytes,
    onlyWhenSettled: fc.boolean(),
    mayDowngrade: fc.boolean(),
  },
  { requiredKeys: [] },
)
const step = fc.record({
  package: packages,
  fromMin: mostly<string | null>(null, version),
  fromMax: mostly<string | null>(null, version),
  waitsForEarlier: fc.boolean(),
})
const rule: fc.Arbitrary<RuleFacts> = fc.record({
  id: fc.uuid(),
  name: fc.constant('a rule'),
  platform: mostly(PLATFORM_IDS[0], fc.constantFrom(...PLATFORM_IDS)),
  models: mostly<string[]>([], models),
  isEnabled: mostly(true, fc.boolean()),
  priority: fc.integer({ min: 0, max: 2 }),
  conditions: mostly({}, conditions),
  startsAtMs: mostly<number | null>(null, moment),
  endsAtMs: mostly<number | null>(null, moment),
  steps: fc
    .array(step, { minLength: 1, maxLength: 4 })
    .map((steps) => steps.map((one, position) => ({ ...one, position }))),
})
const terminal: fc.Arbitrary<TerminalFacts> = fc.record({
  terminalId: fc.uuid(),
  state: mostly('active', fc.constantFrom('expected', 'suspended', 'retired', 'revoked')),
  platform: mostly(PLATFORM_IDS[0], fc.constantFrom(...PLATFORM_IDS)),
  models: fc.tuple(mostly('WPOS-3', fc.oneof(fc.constant(''), model)), fc.constantFrom('', 'WPOS-3', 'P5')),
  hasStatus: mostly(true, fc.boolean()),
  components: fc
    .record({ system: mostly('1.0', version), boot: mostly('1.5', version) }, { requiredKeys: [] })
    .map((all) => new Map(Object.entries(all))),
  networkType: mostly<string | undefined>('wifi', fc.constantFrom(undefined, ...NETWORK_TYPES)),
  batteryPercent: fc.oneof(fc.constant(undefined), fc.integer({ min: 0, max: 100 })),
  isCharging: fc.boolean(),
  freeBytes: mostly<number | undefined>(undefined, bytes),
  unsettled: fc.constantFrom(undefined, 0, 3),
  timeZone: fc.constantFrom('Europe/Moscow', 'America/New_York', 'Asia/Vladivostok'),
  fetchedPercent: fc.constant(new Map()),
})
const pace: fc.Arbitrary<Pace | undefined> = fc.option(
  fc.record({
    ...{ name: fc.constant('a rollout'), succeededPercent: fc.constant(1), neededPercent: fc.constant(95) },
    state: mostly<Pace['state']>('running', fc.constantFrom(...ROLLOUT_STATES)),
    ...{ wave: fc.integer({ min: 0, max: 1 }), openWave: fc.integer({ min: 0, max: 2 }) },
    ...{ retries: fc.constant(1), maxRetries: fc.constant(3), retryAtMs: sometimes(moment) },
    ...{ active: fc.integer({ min: 0, max: 3 }), maxActive: sometimes(fc.integer({ min: 1, max: 3 })) },
  }),
  { nil: undefined, freq: 3 },
)

type Asked = Pick<DecideInput, 'rule' | 'isAssigned' | 'pace'>
interface World {
  asked: readonly Asked[]
  terminal: TerminalFacts
  standing: readonly StandingUpdate[]
  nowMs: number
}

const STATES = ['offered', 'downloading', 'downloaded', 'installed', 'failed', 'rejected'] as const

/** Updates that stand are of the rules' own packages; one at most is open. */
function standingOf(rules: readonly RuleFacts[]): fc.Arbitrary<StandingUpdate[]> {
  const one = fc
    .record({
      rule: fc.constantFrom(...rules),
      size: fc.integer({ min: 1, max: 2 }),
      state: fc.constantFrom(...STATES),
      stateAtMs: fc.integer({ min: NOW_MS - 10_000_000, max: NOW_MS }),
      confirmByMs: moment,
    })
    .map(({ rule: { id, steps }, size, state, stateAtMs, confirmByMs }): StandingUpdate => {
      const taken = steps.slice(0, size).map((each) => each.package)
      return {
        ...{ actionId: id, subjectId: stageId(id, taken), state, stateAtMs },
        ...{ offeredAtMs: stateAtMs, heardAtMs: stateAtMs },
        ...{ progressPercent: null, reason: null, confirmByMs: state === 'installed' ? confirmByMs : null },
        versions: new Map(taken.map((each) => [each.component, each.version])),
      }
    })
  return fc.array(one, { maxLength: 2 }).map((all) => {
    const open = all.findIndex(({ state }) => OPEN.includes(state))
    return all.filter(({ state }, at) => at === open || !OPEN.includes(state))
  })
}
const OPEN: readonly string[] = ['offered', 'downloading', 'downloaded']

const worlds: fc.Arbitrary<World> = fc
  .record({
    asked: fc.array(fc.record({ rule, pace, isAssigned: mostly(true, fc.boolean()) }), {
      minLength: 1,
      maxLength: 3,
    }),
    terminal,
    nowMs: fc.integer({ min: NOW_MS - 50_000_000, max: NOW_MS + 50_000_000 }),
  })
  .chain((world) =>
    standingOf(world.asked.map((one) => one.rule)).map((standing) => ({ ...world, standing })),
  )

interface Given {
  decision: Decision
  asked: Asked
  stage: NonNullable<Decision['stage']>
  world: World
}

const decide = (world: World) => decideUpdates(world.asked, world)

/** All that is on offer or to be offered, in very many worlds. */
function always(promise: (given: Given) => void, which: (given: Given) => boolean = () => true): void {
  let seen = 0
  fc.assert(
    fc.property(worlds, (world) => {
      for (const decision of decide(world)) {
        const asked = world.asked.find((one) => one.rule.id === decision.ruleId)
        if (asked === undefined || decision.stage === null) continue
        const given = { decision, asked, stage: decision.stage, world }
        if (!which(given)) continue
        seen++
        promise(given)
      }
    }),
    { numRuns: 4_000 },
  )
  expect(seen, 'the worlds are such that this happens').toBeGreaterThan(30)
}

const isNew = ({ decision }: Given) => decision.reasons[0]?.code === 'will_be_offered'
const plain = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, '')

describe('an update', () => {
  it('never reaches a terminal of another platform or model', () => {
    always(({ asked, stage, world }) => {
      expect(world.terminal.platform).toBe(asked.rule.platform)
      const own = world.terminal.models.filter((one) => one !== '').map(plain)
      for (const wanted of [asked.rule.models, ...stage.packages.map((one) => one.models)]) {
        if (wanted.length === 0) continue
        expect(own).not.toEqual([])
        for (const one of own) expect(wanted.map(plain)).toContain(one)
      }
    })
  })

  it('never reaches a terminal that is not active, is not assigned, or told nothing of itself yet', () => {
    always(({ asked, world }) => {
      expect(world.terminal).toMatchObject({ state: 'active', hasStatus: true })
      expect(asked).toMatchObject({ isAssigned: true, rule: { isEnabled: true } })
    })
  })

  it('is never offered outside the window, the term or the network of its rule', () => {
    always(
      ({ asked: { rule }, world: { nowMs, terminal } }) => {
        expect(rule.startsAtMs ?? nowMs).toBeLessThanOrEqual(nowMs)
        expect(rule.endsAtMs ?? nowMs + 1).toBeGreaterThan(nowMs)
        const { window, networkTypes } = rule.conditions
        if (window !== undefined) expect(isOnTheWall(window, terminal.timeZone, nowMs)).toBe(true)
        if (networkTypes !== undefined) expect(networkTypes).toContain(terminal.networkType)
      },
      ({ decision }) => decision.outcome === 'offered',
    )
  })

  it('tells the terminal to be within the window too', () => {
    always(
      ({ stage: { when }, asked: { rule }, world }) => {
        const { nowMs } = world
        const { window } = rule.conditions
        expect(Date.parse(when.notBefore ?? '') || nowMs).toBeLessThanOrEqual(nowMs)
        expect(Date.parse(when.notAfter ?? '') || nowMs + 1).toBeGreaterThan(nowMs)
        if (window === undefined) return
        const last = Date.parse(when.notAfter ?? '') - 1
        expect(isOnTheWall(window, world.terminal.timeZone, last)).toBe(true)
      },
      ({ decision }) => decision.outcome === 'offered',
    )
  })

  it('never leads below what a terminal has, unless its rule may downgrade', () => {
    always(
      ({ stage, world }) => {
        for (const { component, version } of stage.packages) {
          const current = world.terminal.components.get(component)
          if (current !== undefined) expect(compareVersions(version, current)).toBeGreaterThan(0)
        }
      },
      ({ asked }) => asked.rule.conditions.mayDowngrade !== true,
    )
  })

  it('always fits: its base is there, its versions, its room, its battery, its settlement', () => {
    always(({ stage, asked: { rule }, world: { terminal } }) => {
      for (const one of stage.packages) {
        const current = terminal.components.get(one.component)
        if (one.fromVersion !== null) expect(current).toBe(one.fromVersion)
        const step = rule.steps.find((each) => each.package.id === one.id)
        if (step?.fromMin != null)
          expect(compareVersions(current ?? '', step.fromMin)).toBeGreaterThanOrEqual(0)
        if (step?.fromMax != null)
          expect(compareVersions(current ?? '9', step.fromMax)).toBeLessThanOrEqual(0)
      }
      const { minBatteryPercent = 0, minFreeBytes = 0, onlyWhenSettled } = rule.conditions
      const needs = minFreeBytes + stage.packages.reduce((sum, one) => sum + one.sizeBytes, 0)
      expect(terminal.freeBytes ?? needs).toBeGreaterThanOrEqual(needs)
      if (!terminal.isCharging)
        expect(terminal.batteryPercent ?? 100).toBeGreaterThanOrEqual(minBatteryPercent)
      if (onlyWhenSettled === true) expect(terminal.unsettled ?? 0).toBe(0)
    }, isNew)
  })

  it('is never one of two at work on a component', () => {
    always(({ decision, stage, world }) => {
      const components = stage.packages.map((one) => one.component)
      expect(new Set(components).size).toBe(components.length)
      if (decision.reasons[0]?.code !== 'will_be_offered') return
      for (const other of world.standing.filter(({ state }) => state === 'installed'))
        for (const component of components) expect([...other.versions.keys()]).not.toContain(component)
    })
  })

  it('goes by its rollout: an open wave, not paused, not stopped, not too many at once', () => {
    always(
      ({ asked: { pace }, world: { nowMs } }) => {
        expect(['running', 'finished']).toContain(pace?.state)
        if (pace?.state === 'running') expect(pace.wave).toBeLessThanOrEqual(pace.openWave)
        expect(pace?.retryAtMs ?? nowMs).toBeLessThanOrEqual(nowMs)
        if (pace?.maxActive != null) expect(pace.active).toBeLessThan(pace.maxActive)
      },
      (given) => isNew(given) && given.asked.pace !== undefined,
    )
  })

  it('is not pressed on a terminal that failed at it or refused it', () => {
    always(({ stage, world }) => {
      for (const { state, subjectId } of world.standing)
        if (state === 'failed' || state === 'rejected') expect(stage.subjectId).not.toBe(subjectId)
    }, isNew)
  })
})

describe('all decisions over a terminal', () => {
  it('put one update on offer at most, and an open one goes on before another is offered', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const onOffer = decide(world).filter(
          ({ stage, reasons }) => stage !== null && reasons[0]?.code !== 'waits_for_proof',
        )
        const subjects = new Set(onOffer.map(({ stage }) => stage?.subjectId))
        expect(subjects.size).toBeLessThanOrEqual(1)
      }),
      { numRuns: 3_000 },
    )
  })

  it('give a reason each, and another look lies ahead', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const decisions = decide(world)
        expect(decisions).toHaveLength(world.asked.length)
        for (const { reasons, outcome, stage, recheckAtMs } of decisions) {
          expect(reasons).not.toEqual([])
          expect(stage !== null).toBe(outcome === 'offered' || outcome === 'underway')
          if (recheckAtMs !== null) expect(recheckAtMs).toBeGreaterThan(world.nowMs)
        }
      }),
      { numRuns: 3_000 },
    )
  })

  it('are the same whenever the same is known, in whatever order', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        fc.pre(new Set(world.asked.map((one) => one.rule.id)).size === world.asked.length)
        expect(decideUpdates([...world.asked].reverse(), world)).toEqual(decide(world))
        expect(decide(structuredClone(world))).toEqual(decide(world))
      }),
      { numRuns: 1_000 },
    )
  })

  it('stay as they are until the moment at which they say that they may change', () => {
    fc.assert(
      fc.property(worlds, fc.double({ min: 0, max: 1, noNaN: true }), (world, share) => {
        const before = decide(world)
        const rechecks = before.map((one) => one.recheckAtMs ?? Number.POSITIVE_INFINITY)
        const next = Math.min(world.nowMs + 200_000_000, ...rechecks)
        const at = Math.min(next - 1, Math.floor(world.nowMs + (next - world.nowMs) * share))
        const after = decide({ ...world, nowMs: at })
        const shown = (all: Decision[]) =>
          all.map(({ ruleId, outcome, stage }) => [ruleId, outcome, stage?.subjectId])
        expect(shown(after)).toEqual(shown(before))
      }),
      { numRuns: 3_000 },
    )
  })
})
