import { newId } from '../../../../src/core/ids'
import type {
  PackageFacts,
  RuleFacts,
  StandingUpdate,
  StepFacts,
  TerminalFacts,
} from '../../../../src/features/updates/rules/facts'

import { WEEKDAYS } from '../../../../src/features/updates/rules/lists'
import type { Window } from '../../../../src/features/updates/rules/schemas'

/** A Wednesday. */
export const NOW_MS = Date.UTC(2026, 10, 25, 12, 0)

export const packageOf = (
  component: string,
  version: string,
  more: Partial<PackageFacts> = {},
): PackageFacts => ({
  ...{ id: newId(), component, version, models: [], fromVersion: null, sizeBytes: 1_000 },
  ...more,
})

export const stepsOf = (
  ...steps: (PackageFacts | (Partial<StepFacts> & { package: PackageFacts }))[]
): StepFacts[] =>
  steps.map((one, position) => ({
    ...{ position, fromMin: null, fromMax: null, waitsForEarlier: false },
    ...('package' in one ? one : { package: one }),
  }))

export const ruleOf = (more: Partial<RuleFacts> = {}): RuleFacts => ({
  id: newId(),
  name: 'a rule',
  platform: 'wiseasy-wpos3',
  models: [],
  isEnabled: true,
  priority: 0,
  conditions: {},
  startsAtMs: null,
  endsAtMs: null,
  steps: stepsOf(packageOf('system', '2.0')),
  ...more,
})

export const terminalOf = (
  components: Record<string, string> = { system: '1.0' },
  more: Partial<TerminalFacts> = {},
): TerminalFacts => ({
  terminalId: newId(),
  state: 'active',
  platform: 'wiseasy-wpos3',
  models: ['WPOS-3', 'WPOS-3'],
  hasStatus: true,
  components: new Map(Object.entries(components)),
  networkType: 'wifi',
  batteryPercent: 80,
  isCharging: false,
  freeBytes: 1_000_000,
  unsettled: 0,
  timeZone: 'Europe/Moscow',
  fetchedPercent: new Map(),
  ...more,
})

export const standingOf = (
  subjectId: string,
  state: StandingUpdate['state'],
  versions: Record<string, string> = { system: '2.0' },
  more: Partial<StandingUpdate> = {},
): StandingUpdate => ({
  actionId: newId(),
  subjectId,
  state,
  versions: new Map(Object.entries(versions)),
  progressPercent: null,
  reason: null,
  offeredAtMs: NOW_MS - 60_000,
  heardAtMs: NOW_MS - 30_000,
  stateAtMs: NOW_MS - 30_000,
  confirmByMs: state === 'installed' ? NOW_MS + 3_600_000 : null,
  ...more,
})

/** As a person with the wall's clock and calendar would judge. */
export function isOnTheWall({ days = [...WEEKDAYS], from, to }: Window, zone: string, ms: number): boolean {
  const parts = new Intl.DateTimeFormat('en-GB', {
    ...{ timeZone: zone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  }).formatToParts(ms)
  const part = (wanted: string) => parts.find(({ type }) => type === wanted)?.value ?? ''
  const now = `${part('hour')}:${part('minute')}`
  const today = (WEEKDAYS as readonly string[]).indexOf(part('weekday').toLowerCase())
  const isOn = (day: number) => days.some((one) => one === WEEKDAYS[(day + 7) % 7])
  if (from < to) return isOn(today) && from <= now && now < to
  return (isOn(today) && now >= from) || (isOn(today - 1) && now < to)
}
