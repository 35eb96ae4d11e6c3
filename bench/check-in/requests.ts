import { createHash } from 'node:crypto'
import { TOKEN_PREFIX } from '../../src/core/tokens'

export const KINDS = ['echo', 'idle', 'changed'] as const
export type Kind = (typeof KINDS)[number]

/** The client's own hash of its status that every terminal of the bench was last accepted with. */
export const STATUS_HASH = createHash('sha256').update('the status of the bench').digest('hex')

/** The secret of the n-th terminal, which fleet.ts computes again in SQL. */
export function tokenOf(n: number): string {
  return TOKEN_PREFIX.terminal + createHash('sha256').update(`psm-bench-${n}`).digest('base64url')
}

/** `pst_` and 256 bits in base64url. */
export const TOKEN_LENGTH = 47

const vitals = {
  signalDbm: -91,
  battery: { percent: 83, charging: false },
  freeBytes: 912680550,
  uptimeSeconds: 86400,
  localTime: '2026-11-23T10:00:00+03:00',
  counters: { transactions: 118, declined: 4, unsettled: 0 },
}

const status = {
  tids: [{ tid: '00001234', mid: '000000000001234', acquirer: 'bank-a' }],
  model: 'WPOS-3',
  os: 'Android 7.1.2',
  application: { name: 'psPos', version: '3.14.2' },
  components: [{ name: 'system', version: '2.7.0' }],
  apps: [
    { package: 'com.example.loyalty', versionCode: 41, versionName: '4.1', signerSha256: 'ab'.repeat(32) },
  ],
  licenses: [{ licId: 'LIC-77', sha256: 'cd'.repeat(32) }],
  keys: [{ slot: 'acq1/tmk', kcv: '08D7B4' }],
  transportKeyKcv: 'D1D812',
  ecr: { connected: true, protocol: 'arcus2' },
  network: { type: 'lte', operator: '25001' },
}

/**
 * A whole request with room for a token, which is written over in place: all that the client does per request is copy
 * 47 bytes and write. Changed check-ins have two forms, alternating with every pass over the fleet; their
 * hash stays (it is any text), so that idle ones can follow at any time.
 */
export interface Request {
  bytes: Buffer
  tokenAt: number
  /** Where slips are named: written over with new names. */
  namesAt: readonly number[]
  bodyBytes: number
}

export function requestsOf(kind: Kind): Request[] {
  if (kind !== 'changed') return [requestOf('/check-in', { statusHash: STATUS_HASH, vitals })]
  return ['ok', 'no'].map((printer) =>
    requestOf('/check-in', { status: { ...status, printer }, statusHash: STATUS_HASH, vitals }),
  )
}

/** @param name stands in `value` where a new name goes */
export function requestOf(path: string, value: unknown, name?: string): Request {
  const body = JSON.stringify(value)
  const room = '.'.repeat(TOKEN_LENGTH)
  const head = [
    `POST /terminal/v1${path} HTTP/1.1`,
    'Host: 127.0.0.1',
    `Authorization: Bearer ${room}`,
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ].join('\r\n')
  const text = `${head}\r\n\r\n${body}`
  const bytes = Buffer.from(text)
  return {
    bytes,
    tokenAt: text.indexOf(room),
    bodyBytes: Buffer.byteLength(body),
    namesAt: name === undefined ? [] : [...placesOf(bytes, name)],
  }
}

function* placesOf(bytes: Buffer, name: string): Generator<number> {
  for (let at = bytes.indexOf(name); at !== -1; at = bytes.indexOf(name, at + 1)) yield at
}
