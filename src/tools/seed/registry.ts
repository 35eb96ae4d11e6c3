import type { Ctx } from '../../core/context'
import { PLATFORM_IDS, type PlatformId } from '../../core/platforms'
import { applyTerminalImport } from '../../features/terminals'
import { Persona } from '../simulator/persona'
import { PILOT_GROUP, placeOf } from '../simulator/place'

/** Terminals that the simulated fleet plays by HTTP. */
const PLAYED = 60
/** Terminals with a past only: what became of them is told by src/tools/seed/past.ts. */
const RESTING = 96
/** So many of the played ones get updates first. */
const PILOTS = 24
const MODELS: Record<PlatformId, string> = {
  'wiseasy-wpos3': 'WPOS-3',
  'ingenico-t3': 'Desk/3500',
  'feitian-f20': 'F20',
  other: 'D200',
}

export interface Sample {
  serial: string
  platform: PlatformId
}

const sample = (prefix: string, index: number): Sample => ({
  serial: `${prefix}${String(index + 1).padStart(6, '0')}`,
  platform: PLATFORM_IDS[index % PLATFORM_IDS.length] as PlatformId,
})

/** Serial numbers and platforms as the simulator has them. */
export const playedTerminals = Array.from({ length: PLAYED }, (_, index) => sample('SIM', index))
export const restingTerminals = Array.from({ length: RESTING }, (_, index) => sample('PSM', index))

/** Registers all of them with shops, TIDs and groups; those that are there stay as they are. */
export async function seedRegistry(ctx: Ctx) {
  const rows = [...playedTerminals, ...restingTerminals].map(({ serial, platform }, index) => {
    const place = placeOf(serial)
    return [
      serial,
      platform,
      MODELS[platform],
      new Persona(serial, platform, 0).tid,
      place.mid,
      place.shop,
      `${place.city}, ${place.address}`,
      index < PILOTS ? `${place.group}|${PILOT_GROUP}` : place.group,
    ].join(';')
  })
  const csv = ['serial;platform;model;tid;mid;merchant;address;groups', ...rows].join('\n')
  return applyTerminalImport(ctx, { csv, createMissing: true })
}
