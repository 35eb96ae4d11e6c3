const MINUTE_MS = 60_000

/** A moment as the browser's field for date and time takes it, in the zone of whoever looks; empty for none. */
export function toLocal(iso: string | null | undefined): string {
  if (iso === null || iso === undefined) return ''
  const at = new Date(iso)
  const local = new Date(at.getTime() - at.getTimezoneOffset() * MINUTE_MS).toISOString()
  return at.getSeconds() === 0 ? local.slice(0, 16) : local.slice(0, 19)
}

/** The moment such a field holds; undefined where it is empty or none. */
export function fromLocal(text: string): Date | undefined {
  const at = new Date(text)
  return text === '' || Number.isNaN(at.getTime()) ? undefined : at
}
