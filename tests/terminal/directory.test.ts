import { createHash, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { newId } from '../../src/core/ids'
import { LONGEST_IDLE_SECONDS, TerminalDirectory } from '../../src/terminal/directory'

const entryOf = (terminalId: string, secret: string) => ({
  terminalId,
  state: 'active' as const,
  intervalSeconds: 300,
  tokenHash: createHash('sha256').update(secret).digest(),
  clientHashDigest: null,
  statusDigest: null,
})
const hashOf = (secret: string) => createHash('sha256').update(secret).digest()

describe('the directory of terminals', () => {
  it('finds each of many terminals by its secret, and by its id', () => {
    const directory = new TerminalDirectory()
    const ids = Array.from({ length: 5_000 }, () => newId())
    for (const id of ids) directory.put(entryOf(id, `secret of ${id}`))
    for (const id of ids) {
      const slot = directory.findByToken(hashOf(`secret of ${id}`))
      expect(directory.terminalId(slot)).toBe(id)
      expect(directory.findById(id)).toBe(slot)
    }
    expect(directory.findByToken(randomBytes(32))).toBe(-1)
    expect(directory.size).toBe(5_000)
  })

  it('lets an old secret open nothing once another took its place', () => {
    const directory = new TerminalDirectory()
    const id = newId()
    const slot = directory.put(entryOf(id, 'old'))
    expect(directory.put(entryOf(id, 'new'))).toBe(slot)
    expect(directory.findByToken(hashOf('old'))).toBe(-1)
    expect(directory.findByToken(hashOf('new'))).toBe(slot)
  })

  it('never gives the slot of a forgotten terminal to another one', () => {
    const directory = new TerminalDirectory()
    const gone = newId()
    const slot = directory.put(entryOf(gone, 'gone'))
    directory.forgetToken(gone)
    for (let i = 0; i < 3_000; i++) expect(directory.put(entryOf(newId(), `other ${i}`))).not.toBe(slot)
    expect(directory.findByToken(hashOf('gone'))).toBe(-1)
    expect(directory.terminalId(slot)).toBe(gone)
  })

  it('forgets all secrets at once and takes them up again', () => {
    const directory = new TerminalDirectory()
    const id = newId()
    directory.put(entryOf(id, 'secret'))
    directory.forgetAllTokens()
    expect(directory.findByToken(hashOf('secret'))).toBe(-1)
    directory.put(entryOf(id, 'secret'))
    expect(directory.findByToken(hashOf('secret'))).toBe(0)
  })

  it('agrees with a plain map, whatever comes in which order', () => {
    const step = fc.record({
      terminal: fc.integer({ min: 0, max: 30 }),
      secret: fc.option(fc.integer({ min: 0, max: 1_000_000 }), { nil: null }),
    })
    const ids = Array.from({ length: 31 }, () => newId())
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const directory = new TerminalDirectory()
        const model = new Map<string, string>()
        for (const [index, { terminal, secret }] of steps.entries()) {
          const id = ids[terminal] as string
          if (secret === null) {
            directory.forgetToken(id)
            model.delete(id)
          } else {
            directory.put(entryOf(id, `${index}/${secret}`))
            model.set(id, `${index}/${secret}`)
          }
        }
        for (const [id, secret] of model)
          expect(directory.terminalId(directory.findByToken(hashOf(secret)))).toBe(id)
        for (const [index, { terminal, secret }] of steps.entries()) {
          const isCurrent = model.get(ids[terminal] as string) === `${index}/${secret}`
          if (secret !== null && !isCurrent)
            expect(directory.findByToken(hashOf(`${index}/${secret}`))).toBe(-1)
        }
      }),
    )
  })

  it('says that a plan changed after an epoch, and only then', () => {
    const directory = new TerminalDirectory()
    const slot = directory.put(entryOf(newId(), 'secret'))
    directory.setIdleUntil(slot, 100)
    const { epoch } = directory
    expect(directory.isIdle(slot, 99)).toBe(true)
    expect(directory.isIdle(slot, 100)).toBe(false)
    expect(directory.isForgottenSince(slot, epoch)).toBe(false)
    directory.forgetPlan(slot)
    expect(directory.isIdle(slot, 99)).toBe(false)
    expect(directory.isForgottenSince(slot, epoch)).toBe(true)
  })

  it('believes no plan for longer than a day where the clock was set back', () => {
    const directory = new TerminalDirectory()
    const slot = directory.put(entryOf(newId(), 'secret'))
    const tomorrow = 2 * LONGEST_IDLE_SECONDS
    directory.setIdleUntil(slot, tomorrow + LONGEST_IDLE_SECONDS)
    expect(directory.isIdle(slot, tomorrow)).toBe(true)
    expect(directory.isIdle(slot, tomorrow - 1)).toBe(false)
  })

  it('lets a terminal call a minute’s worth at once, and then at its rate', () => {
    const directory = new TerminalDirectory()
    const slot = directory.put(entryOf(newId(), 'secret'))
    const allowed = Array.from({ length: 100 }, () => directory.takeRequest(slot, 1_000, 60))
    expect(allowed.filter(Boolean)).toHaveLength(60)
    expect(directory.takeRequest(slot, 2_100, 60)).toBe(true)
    expect(directory.takeRequest(slot, 2_100, 60)).toBe(false)
  })
})
