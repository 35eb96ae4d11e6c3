import { randomUUID } from 'node:crypto'
import { newId } from '../../src/core/ids'
import { sampleSlips } from './requests'

export const COLUMNS = `id, filed_at, terminal_id, identity, content_digest, received_at, had_pan, has_other_tid, type, result,
  amount, currency, tid, mid, rrn, auth_code, receipt_no, last4, scheme, content`
export const TERMINALS = 1_000
/** Different slips there are; each comes many times, under other names. */
export const SAMPLES = 6_400

const CHUNK_ROWS = 200

/** Rows of the slips' table in COPY's text format, some in a buffer. */
export function copyChunks(rows: number): Buffer[] {
  const slips = sampleSlips('bench', SAMPLES)
  return Array.from({ length: Math.ceil(rows / CHUNK_ROWS) }, (_, chunk) => {
    const lines = Array.from({ length: CHUNK_ROWS }, (_, at) => {
      const n = chunk * CHUNK_ROWS + at
      return copyLine(slips[n % slips.length] as (typeof slips)[number], n)
    })
    return Buffer.from(lines.join(''))
  })
}

function copyLine(slip: ReturnType<typeof sampleSlips>[number], n: number): string {
  const now = new Date().toISOString()
  const terminal = `00000000-0000-4000-8000-${String(n % TERMINALS).padStart(12, '0')}`
  const cells = [
    ...[newId(), now, terminal, randomUUID(), randomUUID(), now, 'f', 'f', slip.type, slip.result],
    ...[String(slip.amount), slip.currency, slip.tid, slip.mid, slip.rrn, slip.authCode, slip.receiptNo],
    ...[slip.pan?.last4, slip.scheme, JSON.stringify(slip).replaceAll('\\', '\\\\')],
  ]
  return `${cells.map((cell) => cell ?? '\\N').join('\t')}\n`
}
