import { type Rooms, SETTINGS, type SettingSources, type Settings } from '../../config'
import { query } from '../../core/verb'
import { serverOf } from './callers'
import { NoInput, type SettingView } from './schemas'

/** Every setting as this server has it in force. `system_beyond_limits`, `server_not_running`. */
export const listSettings = query({ permission: 'system:read', input: NoInput }, async (ctx) => ({
  items: describeSettings(ctx.settings, serverOf(ctx).sources),
}))

/** Settings as they may be shown: no secret, no password in an address. */
export function describeSettings(settings: Settings, sources: SettingSources): SettingView[] {
  const values = settings as Record<string, Record<string, unknown>>
  return Object.entries(SETTINGS as Rooms).flatMap(([room, members]) =>
    Object.entries(members).map(([name, one]): SettingView => {
      const value = values[room]?.[name]
      const source = sources[one.env] ?? 'default'
      const isSecret = one.isSecret === true
      return {
        room,
        variable: one.env,
        meaning: one.doc,
        isSecret,
        isSet: value !== undefined || source === 'generated',
        value: isSecret || value === undefined ? null : withoutPassword(String(value)),
        source,
      }
    }),
  )
}

function withoutPassword(text: string): string {
  if (!URL.canParse(text)) return text
  const url = new URL(text)
  if (url.username === '' && url.password === '') return text
  url.username = ''
  url.password = ''
  return url.href
}
