/** What a field of day and time holds, `2026-11-27T10:30` in the zone of whoever looks, as a moment; undefined of anything else. */
export function momentTyped(text: string | undefined): string | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/.test(text ?? '')) return undefined
  const moment = new Date(text as string)
  return Number.isNaN(moment.getTime()) ? undefined : moment.toISOString()
}
