import type { Ctx } from '../../core/context'
import { PLATFORM_IDS, type PlatformId } from '../../core/platforms'
import { applyTerminalImport } from '../../features/terminals'
import { Persona } from '../simulator/persona'
import { between, chanceOf, pick } from '../simulator/random'

/** Terminals that the simulated fleet plays by HTTP. */
const PLAYED = 60
/** Terminals with a past only: what became of them is told by src/tools/seed/past.ts. */
const RESTING = 96
const CITIES = ['Москва', 'Казань', 'Минск', 'Алматы', 'Ташкент', 'Ереван']
const STREETS = ['ул. Ленина', 'пр. Победы', 'Садовая ул.', 'ул. Мира', 'Заводская ул.']
const SHOPS = [
  'Кофейня №1',
  'Аптека 36',
  'Продукты у дома',
  'Book House',
  'Автомойка',
  'Цветы',
  'Green Market',
  'Пекарня',
  'Бургерная',
  'Салон связи',
]
const GROUPS = ['Центр', 'Запад', 'Pilot']
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
    const chance = chanceOf(`place ${serial}`)
    return [
      serial,
      platform,
      MODELS[platform],
      new Persona(serial, platform, 0).tid,
      String(990_000_000_000_000 + index),
      pick(chance, SHOPS),
      `${pick(chance, CITIES)}, ${pick(chance, STREETS)}, ${between(chance, 1, 90)}`,
      pick(chance, GROUPS),
    ].join(';')
  })
  const csv = ['serial;platform;model;tid;mid;merchant;address;groups', ...rows].join('\n')
  return applyTerminalImport(ctx, { csv, createMissing: true })
}
