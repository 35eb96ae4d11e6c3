import type { Locale } from './locales'
import type { Dictionary } from './shape'

/** A part of the dictionaries that is loaded in one piece: what every page shows, or the texts of one subject. */
export type Room = 'base' | Exclude<keyof Dictionary, 'app' | 'ui'>

/** The room a text such as `fleet.title` is in; undefined where the dictionaries have none of that name. */
export function roomOf(key: string): Room | undefined {
  const name = key.split('.', 1)[0] ?? ''
  if (name === 'app' || name === 'ui') return 'base'
  return name !== 'base' && name in ROOMS.en ? (name as Room) : undefined
}

/** The module of a room, for whoever must know its address. */
export function fileOfRoom(locale: Locale, room: Room): string {
  return `src/i18n/${locale}/${room.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}.ts`
}

export const ROOMS: Record<Locale, Record<Room, () => Promise<Partial<Dictionary>>>> = {
  en: {
    base: () => import('./en/base'),
    account: () => import('./en/account'),
    administration: () => import('./en/administration'),
    alerts: () => import('./en/alerts'),
    analysis: () => import('./en/analysis'),
    apiDocs: () => import('./en/api-docs'),
    apiKeys: () => import('./en/api-keys'),
    apk: () => import('./en/apk'),
    applications: () => import('./en/applications'),
    archive: () => import('./en/archive'),
    audit: () => import('./en/audit'),
    connections: () => import('./en/connections'),
    ecrLogs: () => import('./en/ecr-logs'),
    errors: () => import('./en/errors'),
    fleet: () => import('./en/fleet'),
    jobs: () => import('./en/jobs'),
    keys: () => import('./en/keys'),
    license: () => import('./en/license'),
    packages: () => import('./en/packages'),
    posLog: () => import('./en/pos-log'),
    profile: () => import('./en/profile'),
    rollouts: () => import('./en/rollouts'),
    rules: () => import('./en/rules'),
    sets: () => import('./en/sets'),
    slips: () => import('./en/slips'),
    system: () => import('./en/system'),
    updates: () => import('./en/updates'),
    webhooks: () => import('./en/webhooks'),
  },
  ru: {
    base: () => import('./ru/base'),
    account: () => import('./ru/account'),
    administration: () => import('./ru/administration'),
    alerts: () => import('./ru/alerts'),
    analysis: () => import('./ru/analysis'),
    apiDocs: () => import('./ru/api-docs'),
    apiKeys: () => import('./ru/api-keys'),
    apk: () => import('./ru/apk'),
    applications: () => import('./ru/applications'),
    archive: () => import('./ru/archive'),
    audit: () => import('./ru/audit'),
    connections: () => import('./ru/connections'),
    ecrLogs: () => import('./ru/ecr-logs'),
    errors: () => import('./ru/errors'),
    fleet: () => import('./ru/fleet'),
    jobs: () => import('./ru/jobs'),
    keys: () => import('./ru/keys'),
    license: () => import('./ru/license'),
    packages: () => import('./ru/packages'),
    posLog: () => import('./ru/pos-log'),
    profile: () => import('./ru/profile'),
    rollouts: () => import('./ru/rollouts'),
    rules: () => import('./ru/rules'),
    sets: () => import('./ru/sets'),
    slips: () => import('./ru/slips'),
    system: () => import('./ru/system'),
    updates: () => import('./ru/updates'),
    webhooks: () => import('./ru/webhooks'),
  },
}
