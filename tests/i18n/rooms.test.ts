import { existsSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { dictionaryOf, loadRooms, missingRoomOf, onRoom, roomsAskedFor } from '../../src/i18n/dictionaries'
import { en } from '../../src/i18n/en'
import { LOCALES } from '../../src/i18n/locales'
import { fileOfRoom, ROOMS, type Room, roomOf } from '../../src/i18n/rooms'
import { ru } from '../../src/i18n/ru'

const ROOM_NAMES = Object.keys(ROOMS) as Room[]

describe('the rooms of the dictionaries', () => {
  it('hold together what the dictionaries hold, each subject once', async () => {
    for (const [locale, whole] of [
      ['en', en],
      ['ru', ru],
    ] as const) {
      const rooms = await Promise.all(ROOM_NAMES.map((room) => ROOMS[room][locale]()))
      const subjects = rooms.flatMap((room) => Object.keys(room))
      expect(subjects.sort()).toEqual(Object.keys(whole).sort())
      for (const room of rooms) expect(whole).toMatchObject(room)
    }
  })

  it('are where the server says that they are, so that it can announce them', () => {
    for (const locale of LOCALES)
      for (const room of ROOM_NAMES) expect(existsSync(fileOfRoom(locale, room)), room).toBe(true)
  })

  it('are known by the texts in them', () => {
    expect(roomOf('app.nav.status')).toBe('base')
    expect(roomOf('ui.cancel')).toBe('base')
    expect(roomOf('fleet.fact.tid')).toBe('fleet')
    expect(roomOf('Not a text')).toBeUndefined()
    expect(roomOf('base')).toBeUndefined()
  })
})

describe('a browser', () => {
  const told: string[] = []
  const end = onRoom(() => told.push('come'))
  afterAll(end)

  it('has of a language what it asked for, hears of it, and knows what is missing', async () => {
    expect(missingRoomOf('ru', 'fleet.fact.tid')).toBe('fleet')
    await loadRooms('ru', ['base', 'fleet'])
    expect(told).toHaveLength(2)
    expect(dictionaryOf('ru')).toMatchObject({
      'app.nav.status': ru.app.nav.status,
      'ui.cancel': ru.ui.cancel,
      'fleet.bulk.selected': ru.fleet.bulk.selected,
    })
    expect(dictionaryOf('ru')['license.title']).toBeUndefined()
    expect(missingRoomOf('ru', 'license.title')).toBe('license')
    for (const key of ['fleet.fact.tid', 'app.nav.status', 'fleet.noSuchText', 'no text at all'])
      expect(missingRoomOf('ru', key), key).toBeUndefined()
  })

  it('loads a room once, and can have the same rooms of another language', async () => {
    await loadRooms('ru', ['fleet'])
    expect(told).toHaveLength(2)
    await loadRooms('en', roomsAskedFor('ru'))
    expect(roomsAskedFor('en')).toEqual(['base', 'fleet'])
    expect(dictionaryOf('en')['fleet.fact.tid']).toBe(en.fleet.fact.tid)
  })
})
