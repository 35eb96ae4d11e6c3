import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  anchorText,
  BEGINNING,
  type ChainRow,
  canonicalForm,
  compareHead,
  type Found,
  findProblem,
  fits,
  hashOf,
  readAnchor,
  type Sound,
} from '../../../src/features/audit/chain'

const text = fc.string({ unit: 'grapheme', maxLength: 12 })
const hex = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('hex'))
const anyRow = fc.record({
  seq: fc.nat().map(String),
  atMicros: fc.nat().map(String),
  actorKind: text,
  actorId: fc.option(fc.uuid()),
  actorName: text,
  action: text,
  subjectKind: text,
  subjectId: text,
  subjectLabel: text,
  changes: text,
  requestId: text,
  address: fc.option(text),
  prevHash: hex,
})
type Unhashed = Omit<ChainRow, 'hash'>

describe('the canonical form', () => {
  it('is the documented one', () => {
    const row: Unhashed = {
      seq: '7',
      atMicros: '1764000000000001',
      actorKind: 'operator',
      actorId: null,
      actorName: 'Иванова',
      action: 'rollout.stopped',
      subjectKind: 'rollout',
      subjectId: 'r1',
      subjectLabel: 'Spring',
      changes: '{}',
      requestId: 'q',
      address: null,
      prevHash: '00',
    }
    expect(canonicalForm(row).toString()).toBe(
      '11:psm-audit/1,1:7,2:00,16:1764000000000001,8:operator,-,14:Иванова,15:rollout.stopped,7:rollout,2:r1,6:Spring,2:{},1:q,-,',
    )
  })

  it('differs wherever any field of a row does, however its bytes are moved between fields', () => {
    fc.assert(
      fc.property(anyRow, anyRow, (one, other) => {
        const areSame = Object.keys(one).every(
          (name) => one[name as keyof Unhashed] === other[name as keyof Unhashed],
        )
        expect(canonicalForm(one).equals(canonicalForm(other))).toBe(areSame)
      }),
    )
    fc.assert(
      fc.property(anyRow, fc.nat({ max: 12 }), (row, cut) => {
        const moved = {
          ...row,
          actorName: row.actorName.slice(0, cut),
          action: row.actorName.slice(cut) + row.action,
        }
        expect(hashOf(moved) === hashOf(row)).toBe(moved.actorName === row.actorName)
      }),
    )
  })

  it('finds any changed byte of any field', () => {
    const field = fc.constantFrom(...(Object.keys(sample()) as (keyof Unhashed)[]))
    fc.assert(
      fc.property(anyRow, field, fc.nat(), fc.integer({ min: 1, max: 127 }), (row, name, at, flip) => {
        const value = row[name]
        fc.pre(value !== null && value !== '')
        const bytes = Buffer.from(value ?? '', 'latin1')
        const place = at % bytes.length
        bytes[place] = (bytes[place] ?? 0) ^ flip
        expect(hashOf({ ...row, [name]: bytes.toString('latin1') })).not.toBe(hashOf(row))
      }),
    )
  })

  it('tells nothing from an empty text', () => {
    const row = sample()
    expect(hashOf({ ...row, address: null })).not.toBe(hashOf({ ...row, address: '' }))
  })
})

function sample(): Unhashed {
  const [row] = fc.sample(anyRow, 1)
  return row as Unhashed
}

/** A sound chain of so many rows, numbered by a step. */
function chainOf(length: number, step = 1): ChainRow[] {
  const rows: ChainRow[] = []
  for (let number = 1; number <= length; number++) {
    const row = { ...sample(), seq: String(number * step), prevHash: rows.at(-1)?.hash ?? BEGINNING.hash }
    rows.push({ ...row, hash: hashOf(row) })
  }
  return rows
}

function walk(rows: readonly ChainRow[], head: Sound): Partial<Found> | undefined {
  let sound: Sound = BEGINNING
  for (const [index, row] of rows.entries()) {
    if (!fits(row, sound))
      return findProblem(row, sound, {
        before: rows.slice(0, index).reverse(),
        following: rows.slice(index + 1),
      })
    sound = { seq: Number(row.seq), hash: row.hash, count: sound.count + 1 }
  }
  const problem = compareHead(sound, head)
  return problem === undefined ? undefined : { seq: head.seq, problem }
}

const headOf = (rows: readonly ChainRow[]): Sound => ({
  seq: Number(rows.at(-1)?.seq ?? 0),
  hash: rows.at(-1)?.hash ?? BEGINNING.hash,
  count: rows.length,
})

describe('a chain', () => {
  const rows = chainOf(6)
  const head = headOf(rows)
  const at = (index: number) => rows[index] as ChainRow
  const rehashed = (row: Unhashed): ChainRow => ({ ...row, hash: hashOf(row) })

  it('is sound as it was written', () => {
    expect(walk(rows, head)).toBeUndefined()
    expect(walk([], BEGINNING)).toBeUndefined()
  })

  it('names a row that was altered', () => {
    expect(walk(rows.with(2, { ...at(2), actorName: 'somebody else' }), head)).toMatchObject({
      seq: 3,
      problem: 'altered',
    })
  })

  it('names the row after one that was altered and hashed anew', () => {
    const forged = rehashed({ ...at(2), actorName: 'somebody else' })
    expect(walk(rows.with(2, forged), head)).toMatchObject({ seq: 4, problem: 'missing_before' })
  })

  it('names the row after those that were removed, also from the beginning', () => {
    expect(walk(rows.toSpliced(2, 1), head)).toMatchObject({ seq: 4, problem: 'missing_before' })
    expect(walk(rows.slice(2), head)).toMatchObject({ seq: 3, problem: 'missing_before' })
  })

  it('names a row that was put in, however well it is made', () => {
    const gapped = chainOf(6, 10)
    const ended = headOf(gapped)
    const between = { ...sample(), seq: '35', prevHash: gapped[2]?.hash ?? '' }
    const putIn = (more: ChainRow[]) => walk(gapped.toSpliced(3, 0, ...more), ended)
    const well = rehashed(between)
    const found = { seq: 35, problem: 'inserted', after: 30 }
    expect(putIn([well])).toEqual(found)
    expect(putIn([well, rehashed({ ...between, seq: '36', prevHash: well.hash })])).toEqual(found)
    expect(putIn([{ ...between, hash: at(0).hash }])).toEqual(found)
    expect(putIn([rehashed({ ...between, prevHash: at(0).hash })])).toEqual(found)
    const first = rehashed({ ...sample(), seq: '5', prevHash: BEGINNING.hash })
    expect(walk([first, ...gapped], ended)).toEqual({ seq: 5, problem: 'inserted', after: 0 })
  })

  it('misses the newest rows', () => {
    expect(walk(rows.slice(0, 4), head)).toMatchObject({ seq: 6, problem: 'tail_missing' })
    expect(walk([], head)).toMatchObject({ seq: 6, problem: 'tail_missing' })
  })

  it('is not another one that fits in itself', () => {
    expect(walk(chainOf(6), head)).toMatchObject({ seq: 6, problem: 'head_differs' })
    expect(walk(rows, { ...head, count: 7 })).toMatchObject({ seq: 6, problem: 'head_differs' })
  })
})

describe('an end of the chain that is written down', () => {
  it('is read back, in plain hexadecimal too', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1 }), hex, (seq, hash) => {
        expect(readAnchor(anchorText({ seq, hash }))).toEqual({ seq, hash })
        expect(readAnchor(` ${seq}:${hash}\n`)).toEqual({ seq, hash })
        expect(anchorText({ seq, hash }).split(':')[1]).not.toMatch(/\d/)
      }),
    )
  })

  it.each(['', '7', '7:abc', `0:${BEGINNING.hash}`, `7:${'q'.repeat(64)}`])('is nothing like %j', (words) => {
    expect(readAnchor(words)).toBeUndefined()
  })
})
