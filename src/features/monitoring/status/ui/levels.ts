/** How good or bad a figure is: what deserves a look is coloured, and never by colour alone. */
export type LevelTone = 'good' | 'warn' | 'danger'

/** Bars of four, as phones show them for the received signal (3GPP TS 27.007 § 8.5 spans the same range). */
export function signalLevel(dbm: number): 0 | 1 | 2 | 3 | 4 {
  if (dbm >= -75) return 4
  if (dbm >= -85) return 3
  if (dbm >= -95) return 2
  return dbm >= -105 ? 1 : 0
}

const MEGABYTE = 1024 * 1024

/** An update needs room for its package and for what it unpacks. */
export function freeTone(bytes: number): LevelTone {
  if (bytes < 50 * MEGABYTE) return 'danger'
  return bytes < 200 * MEGABYTE ? 'warn' : 'good'
}

/** Receipts with a time of another day are disputed; minutes off are an annoyance. */
export function clockTone(skewMs: number): LevelTone {
  const seconds = Math.abs(skewMs) / 1000
  if (seconds >= 3600) return 'danger'
  return seconds >= 60 ? 'warn' : 'good'
}
