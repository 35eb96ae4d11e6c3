import type { Locale } from './locales'
import type { Dictionary } from './shape'

/** A part of the dictionaries that is loaded in one piece: what every page shows, or the texts of one subject. */
export type Room = 'base' | Exclude<keyof Dictionary, 'app' | 'ui'>

/** The room a text such as `fleet.title` is in; undefined where the dictionaries have none of that name. */
export function roomOf(key: string): Room | undefined {
  const name = key.split('.', 1)[0] ?? ''
  if (name === 'app' || name === 'ui') return 'base'
  return name !== 'base' && name in ROOMS ? (name as Room) : undefined
}

/** The module of a room, for whoever must know its address. */
export function fileOfRoom(locale: Locale, room: Room): string {
  return `src/i18n/${locale}/${room.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}.ts`
}

/** Each with its texts in every language. Bundlers follow an import only where its address is written out. */
export const ROOMS: Record<Room, Record<Locale, () => Promise<Partial<Dictionary>>>> = {
  base: { en: () => import('./en/base'), ru: () => import('./ru/base') },
  account: { en: () => import('./en/account'), ru: () => import('./ru/account') },
  administration: { en: () => import('./en/administration'), ru: () => import('./ru/administration') },
  alerts: { en: () => import('./en/alerts'), ru: () => import('./ru/alerts') },
  analysis: { en: () => import('./en/analysis'), ru: () => import('./ru/analysis') },
  apiDocs: { en: () => import('./en/api-docs'), ru: () => import('./ru/api-docs') },
  apiKeys: { en: () => import('./en/api-keys'), ru: () => import('./ru/api-keys') },
  apk: { en: () => import('./en/apk'), ru: () => import('./ru/apk') },
  applications: { en: () => import('./en/applications'), ru: () => import('./ru/applications') },
  archive: { en: () => import('./en/archive'), ru: () => import('./ru/archive') },
  audit: { en: () => import('./en/audit'), ru: () => import('./ru/audit') },
  connections: { en: () => import('./en/connections'), ru: () => import('./ru/connections') },
  ecrLogs: { en: () => import('./en/ecr-logs'), ru: () => import('./ru/ecr-logs') },
  errors: { en: () => import('./en/errors'), ru: () => import('./ru/errors') },
  fleet: { en: () => import('./en/fleet'), ru: () => import('./ru/fleet') },
  jobs: { en: () => import('./en/jobs'), ru: () => import('./ru/jobs') },
  keys: { en: () => import('./en/keys'), ru: () => import('./ru/keys') },
  license: { en: () => import('./en/license'), ru: () => import('./ru/license') },
  packages: { en: () => import('./en/packages'), ru: () => import('./ru/packages') },
  posLog: { en: () => import('./en/pos-log'), ru: () => import('./ru/pos-log') },
  profile: { en: () => import('./en/profile'), ru: () => import('./ru/profile') },
  rollouts: { en: () => import('./en/rollouts'), ru: () => import('./ru/rollouts') },
  rules: { en: () => import('./en/rules'), ru: () => import('./ru/rules') },
  sets: { en: () => import('./en/sets'), ru: () => import('./ru/sets') },
  slips: { en: () => import('./en/slips'), ru: () => import('./ru/slips') },
  system: { en: () => import('./en/system'), ru: () => import('./ru/system') },
  updates: { en: () => import('./en/updates'), ru: () => import('./ru/updates') },
  webhooks: { en: () => import('./en/webhooks'), ru: () => import('./ru/webhooks') },
}
