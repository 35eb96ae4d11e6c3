const formats = new Map<string, Intl.DateTimeFormat>()

/**
 * What the clocks of a zone are ahead of UTC at a moment, in ms.
 * @param zone IANA name, such as `Europe/Moscow`; a RangeError where there is none of it
 */
export function zoneOffsetMs(zone: string, atMs: number): number {
  let format = formats.get(zone)
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      ...{ year: 'numeric', month: 'numeric', day: 'numeric' },
      ...{ hour: 'numeric', minute: 'numeric', second: 'numeric' },
    })
    formats.set(zone, format)
  }
  const parts = Object.fromEntries(format.formatToParts(atMs).map(({ type, value }) => [type, Number(value)]))
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(atMs / 1000) * 1000
}

/** True for a name that this server's calendar knows. */
export function isTimeZone(zone: string): boolean {
  try {
    zoneOffsetMs(zone, 0)
    return true
  } catch {
    return false
  }
}
