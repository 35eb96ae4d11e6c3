import { describe, expect, it } from 'vitest'
import { newId } from '../../../src/core/ids'
import { PreviewAssignmentInput } from '../../../src/features/profile/schemas'
import { PreviewSwapInput } from '../../../src/features/profile/swap/schemas'
import { unassignOne } from '../../../src/features/profile/ui/assign/one-place'
import { canUndo as canUndoAssignment } from '../../../src/features/profile/ui/assign/undoable'
import { csvOfSerials, readNames } from '../../../src/features/profile/ui/choose/names'
import { isNew, replacementOf } from '../../../src/features/profile/ui/swap/replacement'
import { canUndo as canUndoSwap } from '../../../src/features/profile/ui/swap/undoable'
import { readNamesCsv } from '../../../src/features/terminals'

const ID = newId()

describe('names that somebody pasted', () => {
  it('are read out of columns, lines and letters, each once', () => {
    const text = ' 20004417\r\n20004418\t20004419,20004417; 00A1\n'
    expect(readNames(text, 'tid')).toEqual({
      names: ['20004417', '20004418', '20004419', '00A1'],
      wrong: [],
    })
    expect(readNames(' \n', 'tid')).toEqual({ names: [], wrong: [] })
  })

  it('that cannot be one are told apart, by what a TID and what a serial number may hold', () => {
    const text = '2000-4417 ТИД1 20004417 12345678901234567'
    expect(readNames(text, 'tid')).toEqual({
      names: ['20004417'],
      wrong: ['2000-4417', 'ТИД1', '12345678901234567'],
    })
    expect(readNames(text, 'serial')).toEqual({
      names: ['2000-4417', '20004417', '12345678901234567'],
      wrong: ['ТИД1'],
    })
  })

  it('reach the server as the list it reads, whatever signs a serial number has', async () => {
    const serials = ['PSM-1', 'A"B', '"', 'x=1']
    expect(await readNamesCsv(csvOfSerials(serials), 10)).toEqual({
      ...{ tids: [], serials, twice: [], unreadable: [] },
    })
  })
})

describe('to take away one assignment', () => {
  it('names its TID with its acquirer, be that none, or the terminal itself', () => {
    for (const acquirer of ['bank', '']) {
      const input = unassignOne(ID, { tid: '1', acquirer }, undefined)
      expect(input).toEqual({ ruleId: ID, what: 'unassign', choice: { by: 'tids', tids: ['1'], acquirer } })
      expect(PreviewAssignmentInput.safeParse(input).success).toBe(true)
    }
    expect(unassignOne(ID, { tid: null, acquirer: null }, ID).choice).toEqual({
      by: 'terminals',
      terminalIds: [ID],
    })
  })
})

describe('an assignment can be undone by its opposite', () => {
  const done = { already: 0, changes: 2 }

  it('where it named just who it concerns', () => {
    for (const choice of [
      { by: 'tids' as const, tids: ['1', '2'] },
      { by: 'range' as const, from: '1', to: '2' },
      { by: 'terminals' as const, terminalIds: [ID] },
      { by: 'csv' as const, csv: 'serial' },
    ])
      expect(canUndoAssignment({ choice }, done), choice.by).toBe(true)
  })

  it('but not where others may be meant by then, where some had it before, or nothing was done', () => {
    for (const choice of [
      { by: 'group' as const, groupId: ID },
      { by: 'filter' as const, filter: {} },
      { by: 'csv' as const, uploadId: ID },
    ])
      expect(canUndoAssignment({ choice }, done), choice.by).toBe(false)
    const choice = { by: 'tids' as const, tids: ['1'] }
    expect(canUndoAssignment({ choice }, { already: 1, changes: 2 })).toBe(false)
    expect(canUndoAssignment({ choice }, { already: 0, changes: 0 })).toBe(false)
  })
})

describe('the terminal that takes over', () => {
  const more = { platform: '', model: ' ' }

  it('is one of the registry, or one that is registered by the swap with what is known of it', () => {
    expect(replacementOf(null, more)).toBeUndefined()
    expect(replacementOf({ value: ID, label: 'PSM1' }, more)).toEqual({ terminalId: ID })
    const fresh = { value: 'new:PSM-2:7', label: 'PSM-2:7' }
    expect(isNew(fresh)).toBe(true)
    expect(replacementOf(fresh, more)).toEqual({ serial: 'PSM-2:7' })
    const known = replacementOf(fresh, { platform: 'ingenico-t3', model: ' Desk/3500 ' })
    expect(known).toEqual({ serial: 'PSM-2:7', platform: 'ingenico-t3', model: 'Desk/3500' })
    expect(PreviewSwapInput.safeParse({ oldTerminalId: ID, replacement: known }).success).toBe(true)
  })

  it('gives its place back within the hour, once, and not when the old one is retired', () => {
    const now = Date.parse('2026-11-26T12:00:00Z')
    const swap = { undoneAt: null, retiredAt: null, undoUntil: '2026-11-26T12:00:01Z' }
    expect(canUndoSwap(swap, now)).toBe(true)
    expect(canUndoSwap(swap, now + 1_000)).toBe(false)
    expect(canUndoSwap({ ...swap, undoneAt: '2026-11-26T11:59:00Z' }, now)).toBe(false)
    expect(canUndoSwap({ ...swap, retiredAt: '2026-11-26T11:59:00Z' }, now)).toBe(false)
  })
})
