import { PILOT_GROUP } from '../simulator/place'
import type { Call } from './rest'

interface SystemPackage {
  id: string
  platform: string
  version: string
  fromVersion: string | null
}

interface Plan {
  rule: { name: string; platform: string; models: string[]; conditions?: object; notes?: string }
  /** Of the package that the rule brings. */
  version: string
  fromVersion?: string
  /** Of the terminals it is assigned to. */
  filter: object
  /** How fast; without it the rule alone decides. */
  rollout?: object
}

/**
 * Rules over the fleet as an operator would make them: one in waves of which the last will take long, one in short waves that retries
 * what failed, one without waves that waits for the night. Where there are rules already, all stays as it is.
 */
export async function planUpdates(call: Call): Promise<number> {
  const { items: rules } = await call<{ items: unknown[] }>('GET', '/update-rules?limit=1')
  if (rules.length > 0) return 0
  const { items: packages } = await call<{ items: SystemPackage[] }>('GET', '/packages?limit=100')
  const { items: groups } = await call<{ items: { id: string; name: string }[] }>('GET', '/groups?limit=100')
  const pilotId = groups.find(({ name }) => name === PILOT_GROUP)?.id
  const plans = plansOf(pilotId)
  for (const plan of plans) {
    const fits = ({ platform, version, fromVersion }: SystemPackage) =>
      platform === plan.rule.platform &&
      version === plan.version &&
      fromVersion === (plan.fromVersion ?? null)
    const packageId = packages.find(fits)?.id
    if (packageId !== undefined) await put(call, plan, packageId)
  }
  return plans.length
}

function plansOf(pilotId: string | undefined): Plan[] {
  return [
    {
      rule: {
        name: 'WPOS-3: Android 2.7.1',
        platform: 'wiseasy-wpos3',
        models: ['WPOS-3'],
        conditions: { minBatteryPercent: 20 },
        notes: 'Сначала пилот, затем половина парка.',
      },
      version: '2.7.1',
      fromVersion: '2.7.0',
      // Some of them do not call any more: the waves wait for them.
      filter: { platform: 'wiseasy-wpos3' },
      rollout: {
        waves: [
          {
            ...(pilotId === undefined ? { count: 6 } : { groupId: pilotId }),
            successPercent: 60,
            errorPercent: 40,
          },
          { percent: 50, successPercent: 80, errorPercent: 30 },
          { successPercent: 95, errorPercent: 30 },
        ],
        silentMinutes: 30,
      },
    },
    {
      rule: { name: 'F20: Android 14, 2.8.0', platform: 'feitian-f20', models: ['F20'] },
      version: '2.8.0',
      filter: { platform: 'feitian-f20', search: 'SIM' },
      rollout: {
        waves: [
          { count: 4, successPercent: 75, errorPercent: 50 },
          { successPercent: 80, errorPercent: 25 },
        ],
        maxActive: 3,
        silentMinutes: 30,
        maxRetries: 1,
        retryMinutes: 5,
      },
    },
    {
      rule: {
        name: 'Desk/3500: Telium 2.8.0',
        platform: 'ingenico-t3',
        models: ['Desk/3500'],
        conditions: { window: { from: '02:00', to: '05:00' }, onlyWhenSettled: true },
      },
      version: '2.8.0',
      filter: { platform: 'ingenico-t3' },
    },
  ]
}

/** Off until its rollout switches it on: nobody gets it past the waves. */
async function put(call: Call, { rule, filter, rollout }: Plan, packageId: string): Promise<void> {
  const { id: ruleId } = await call<{ id: string }>('POST', '/update-rules', {
    ...rule,
    steps: [{ packageId }],
    isEnabled: rollout === undefined,
  })
  const assignment = { ruleId, what: 'assign', choice: { by: 'filter', filter } }
  const preview = await call<{ fingerprint: string }>('POST', '/profile/assignments/preview', assignment)
  await call('POST', '/profile/assignments', { ...assignment, fingerprint: preview.fingerprint })
  if (rollout === undefined) return
  await call('POST', '/rollouts', { ...rollout, ruleId, name: rule.name })
}
