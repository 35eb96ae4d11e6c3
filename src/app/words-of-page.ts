import type { Room } from '../i18n/rooms'

/** What stands around every page of whoever has signed in; its words are listed like a page's. */
export const DESK = 'src/app/desk.tsx'

/** Words that are read at leisure: what a refusal says is asked for when the page stands, and nobody waits for it. */
const LATER: readonly Room[] = ['errors']

/** What a page's file must have to show its texts; none where the build knows no such page. `?…` of the bundler is no part of it. */
export function roomsOfPage(file: string): Room[] {
  const [path = ''] = /src\/(?:routes|app)\/[^?]+/.exec(file) ?? []
  const named = (WORDS_OF_PAGES[path] ?? []).map((name) => (name === 'app' || name === 'ui' ? 'base' : name))
  return [...new Set<Room>(['base', ...(named as Room[])])].filter((room) => !LATER.includes(room))
}
