/** A moment as a terminal of a zone writes it: `2026-11-23T10:00:00+03:00`. */
export function localDateTime(unixMs: number, utcOffset: string): string {
  const sign = utcOffset.startsWith('-') ? -1 : 1
  const offsetMinutes = sign * (Number(utcOffset.slice(1, 3)) * 60 + Number(utcOffset.slice(4)))
  return new Date(unixMs + offsetMinutes * 60_000).toISOString().slice(0, 19) + utcOffset
}

/** The same as printed: `23.11.2026` and `10:00:00`. */
export function printedMoment(local: string): { day: string; time: string } {
  const [year, month, day] = local.slice(0, 10).split('-')
  return { day: `${day}.${month}.${year}`, time: local.slice(11, 19) }
}

/** Retrieval reference number as most hosts make it (ISO 8583, DE 37): YDDDHH and the trace number. */
export function rrnOf(unixMs: number, stan: string): string {
  const at = new Date(unixMs)
  const dayOfYear = Math.floor((unixMs - Date.UTC(at.getUTCFullYear(), 0, 1)) / 86_400_000) + 1
  const hour = String(at.getUTCHours()).padStart(2, '0')
  return `${at.getUTCFullYear() % 10}${String(dayOfYear).padStart(3, '0')}${hour}${stan}`
}
