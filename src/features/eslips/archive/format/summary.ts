import { createHash, type Hash } from 'node:crypto'
import type { SlipSum } from '../schemas'
import { type FileRow, positionOf, type RowGroup } from './columns'

/** What a file has in all, made row by row and in their order. */
export interface Summary {
  rows: number
  /** SHA-256 over all rows in order, each as its content and a line of JSON of its other cells: whatever is altered, left out, added or moved shows. */
  rowsDigest: string
  minSeq: number
  maxSeq: number
  minFiledAtMs: number
  maxFiledAtMs: number
  /** Sorted by currency, type and result. */
  totals: SlipSum[]
  /** Sorted. */
  merchantIds: string[]
}

const AT = {
  seq: positionOf('seq'),
  filedAt: positionOf('filed_at'),
  merchantId: positionOf('merchant_id'),
  type: positionOf('type'),
  result: positionOf('result'),
  amount: positionOf('amount'),
  currency: positionOf('currency'),
}

export class Summing {
  readonly #hash: Hash = createHash('sha256')
  readonly #sums = new Map<string, SlipSum>()
  readonly #merchantIds = new Set<string>()
  #rows = 0
  #seq: [min: number, max: number] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  #filedAtMs: [min: number, max: number] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]

  add({ rows, contents }: RowGroup): void {
    if (rows.length !== contents.length) throw new Error('Each row has one content.')
    for (const [at, row] of rows.entries()) {
      this.#count(row)
      this.#hash.update(contents[at] as Uint8Array).update(`\n${JSON.stringify(row)}\n`)
    }
  }

  /** Ends it: the digest is made once. */
  end(): Summary {
    return {
      rows: this.#rows,
      rowsDigest: this.#hash.digest('hex'),
      minSeq: this.#seq[0],
      maxSeq: this.#seq[1],
      minFiledAtMs: this.#filedAtMs[0],
      maxFiledAtMs: this.#filedAtMs[1],
      totals: [...this.#sums.values()].sort(bySubject),
      merchantIds: [...this.#merchantIds].sort(),
    }
  }

  #count(row: FileRow): void {
    this.#rows++
    widen(this.#seq, Number(row[AT.seq]))
    widen(this.#filedAtMs, Number(row[AT.filedAt]))
    const merchantId = row[AT.merchantId]
    if (typeof merchantId === 'string') this.#merchantIds.add(merchantId)
    addTo(this.#sums, {
      currency: String(row[AT.currency]),
      type: String(row[AT.type]) as SlipSum['type'],
      result: String(row[AT.result]) as SlipSum['result'],
      count: 1,
      amount: Number(row[AT.amount]),
    })
  }
}

/** Adds counts and amounts of one currency, type and result. */
export function addTo(sums: Map<string, SlipSum>, one: SlipSum): void {
  const key = `${one.currency} ${one.type} ${one.result}`
  const sum = sums.get(key)
  if (sum === undefined) sums.set(key, { ...one })
  else {
    sum.count += one.count
    sum.amount += one.amount
  }
}

export function bySubject(a: SlipSum, b: SlipSum): number {
  const order = (one: SlipSum) => `${one.currency} ${one.type} ${one.result}`
  return order(a) < order(b) ? -1 : 1
}

function widen(bounds: [min: number, max: number], value: number): void {
  if (value < bounds[0]) bounds[0] = value
  if (value > bounds[1]) bounds[1] = value
}
