import { flatten } from '@solid-primitives/i18n'
import type { Locale } from './locales'
import { ROOMS, type Room, roomOf } from './rooms'
import type { Dictionary } from './shape'

export type FlatDictionary = Readonly<Record<string, unknown>>

interface Known {
  words: Record<string, unknown>
  /** All rooms are there. */
  isWhole: boolean
  rooms: Map<Room, Promise<void>>
}

const known = new Map<Locale, Known>()
const listeners = new Set<() => void>()

function knownOf(locale: Locale): Known {
  const found = known.get(locale) ?? { words: {}, isWhole: false, rooms: new Map() }
  known.set(locale, found)
  return found
}

/** The server has all languages whole from the start; a browser calls `loadRooms` for what it shows. */
export function provideDictionary(locale: Locale, words: Dictionary): void {
  known.set(locale, { words: flatOf(words), isWhole: true, rooms: new Map() })
}

/** Loads what is not there yet. @throws Error where a room's script did not come; it may be asked for again. */
export async function loadRooms(locale: Locale, rooms: readonly Room[]): Promise<void> {
  await Promise.all(rooms.map((room) => loadRoom(locale, room)))
}

function loadRoom(locale: Locale, room: Room): Promise<void> {
  const { words, isWhole, rooms } = knownOf(locale)
  if (isWhole) return Promise.resolve()
  const begun = rooms.get(room)
  if (begun !== undefined) return begun
  const loading = ROOMS[room][locale]().then(
    (loaded) => {
      Object.assign(words, flatOf(loaded))
      for (const tell of listeners) tell()
    },
    (error: unknown) => {
      rooms.delete(room)
      throw error
    },
  )
  rooms.set(room, loading)
  return loading
}

/** The rooms of a language that were asked for, so that another language can have the same. */
export const roomsAskedFor = (locale: Locale): Room[] => [...knownOf(locale).rooms.keys()]

/** Calls `tell` whenever a room has come. @returns what ends it. */
export function onRoom(tell: () => void): () => void {
  listeners.add(tell)
  return () => listeners.delete(tell)
}

/** The room of a text that is not loaded, so that it is no wonder that the text is missing. */
export function missingRoomOf(locale: Locale, key: string): Room | undefined {
  const { isWhole, words } = knownOf(locale)
  const room = roomOf(key)
  if (isWhole || room === undefined) return undefined
  return (room === 'base' ? 'ui' : room) in words ? undefined : room
}

/** The texts of a language that are there. */
export const dictionaryOf = (locale: Locale): FlatDictionary => knownOf(locale).words

/** By path; branches are members too. */
const flatOf = (words: Partial<Dictionary>) => flatten({ ...words } as never) as Record<string, unknown>
