import { Writable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { Downloads } from '../../../src/features/updates/delivery/downloads'

const MIB = 1024 * 1024
const SIZE = 4 * MIB

/** A file of zeros that counts what is read of it, piece by piece. */
function zeros() {
  const pieces: number[] = []
  const read = async (into: Uint8Array) => {
    pieces.push(into.length)
    return into.length
  }
  return { pieces, file: { sizeBytes: SIZE, read, close: async () => {} } }
}

const whole = { start: 0, endInclusive: SIZE - 1 }
/** Takes one piece and is never done with it. */
const stuck = () => new Writable({ write() {} })
const hungry = () => new Writable({ write: (_chunk, _encoding, done) => done() })
const uncut = () => {}
const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0)
const settled = () => new Promise((resolve) => setTimeout(resolve, 20))

describe('downloads', () => {
  it('share a bounded memory, however many read slowly, and however few they were when they began', async () => {
    const downloads = new Downloads(3_000)
    const { file, pieces } = zeros()
    const readers = Array.from({ length: 3_000 }, (_, at) => {
      const [reader, leave] = [stuck(), downloads.enter(`terminal ${at}`, uncut)]
      return { reader, sent: downloads.send(file, whole, reader).finally(leave) }
    })
    await settled()
    expect(pieces).toHaveLength(readers.length)
    expect(sum(pieces)).toBeLessThan(160 * MIB)
    expect(Math.min(...pieces), 'the last ones have little, and something').toBeGreaterThanOrEqual(16 * 1024)
    for (const { reader } of readers) reader.destroy()
    await Promise.all(readers.map(({ sent }) => sent))
    expect(downloads.active).toBe(0)
  })

  it('read in large pieces again when the others have gone, into memory that is there', async () => {
    const downloads = new Downloads(1_000)
    const { file } = zeros()
    const others = Array.from({ length: 1_000 }, (_, at) => {
      const [reader, leave] = [stuck(), downloads.enter(`terminal ${at}`, uncut)]
      return { reader, sent: downloads.send(file, whole, reader).finally(leave) }
    })
    await settled()
    for (const { reader } of others) reader.destroy()
    await Promise.all(others.map(({ sent }) => sent))

    const buffers = new Set<ArrayBufferLike>()
    const lone = zeros()
    const read = async (into: Uint8Array) => {
      buffers.add(into.buffer)
      return lone.file.read(into)
    }
    const leave = downloads.enter('one', uncut)
    await downloads.send({ ...lone.file, read }, whole, hungry()).finally(leave)
    expect(lone.pieces).toEqual(Array.from({ length: 8 }, () => 512 * 1024))
    expect(buffers.size).toBe(1)
  })

  it('refuse one too many, and take another when one has gone', () => {
    const downloads = new Downloads(1)
    const leave = downloads.enter('one', uncut)
    expect(() => downloads.enter('another', uncut)).toThrowError(
      expect.objectContaining({ code: 'downloads_busy' }),
    )
    leave()
    leave()
    downloads.enter('another', uncut)
    expect(downloads.active).toBe(1)
  })

  it('leave room for others: one terminal has three at most', () => {
    const downloads = new Downloads(100)
    const leaves = [1, 2, 3].map(() => downloads.enter('greedy', uncut))
    expect(() => downloads.enter('greedy', uncut)).toThrowError(
      expect.objectContaining({ code: 'downloads_busy' }),
    )
    downloads.enter('another', uncut)
    for (const leave of leaves) leave()
    downloads.enter('greedy', uncut)
    expect(downloads.active).toBe(2)
  })
  it('are cut off all at once where a terminal loses the right to them, and no other ones', () => {
    const downloads = new Downloads(100)
    const cut: string[] = []
    const leaves = ['first', 'second'].map((name) => downloads.enter('suspended', () => cut.push(name)))
    downloads.enter('another', () => cut.push('another'))
    expect(downloads.terminals()).toEqual(['suspended', 'another'])
    downloads.cutOff('suspended')
    expect(cut).toEqual(['first', 'second'])
    for (const leave of leaves) leave()
    expect(downloads.terminals()).toEqual(['another'])
  })
})
