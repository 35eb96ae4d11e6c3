import { placeOf } from '../../src/tools/simulator/place'
import { chanceOf } from '../../src/tools/simulator/random'
import { createSlips } from '../../src/tools/simulator/slips/create'
import { type Request, requestOf } from '../check-in/requests'

/** So many slips in a request. */
export type SlipKind = `slips-${number}`

const ROOM = '00000000-0000-4000-8000-000000000000'
const DIFFERENT_SLIPS = 200
const MINUTE_MS = 60_000

/** Slips as the simulated terminals make them: both copies printed, 2.5 kB. */
export function sampleSlips(seed: string, count: number, nowMs = Date.now()) {
  const source = createSlips({
    chance: chanceOf(seed),
    place: placeOf(seed),
    tid: '12345678',
    namesSlips: true,
    clockSkewMs: 0,
  })
  return Array.from({ length: count }, (_, at) => source.next(nowMs - (count - at) * MINUTE_MS))
}

/** Whole requests with room for tokens and names. */
export function slipRequests(kind: SlipKind, connection: number): Request[] {
  const perRequest = Number(kind.slice('slips-'.length))
  const requests = Math.max(2, Math.ceil(DIFFERENT_SLIPS / perRequest))
  const slips = sampleSlips(`bench ${connection}`, requests * perRequest).map((slip) => ({
    ...slip,
    slipUid: ROOM,
  }))
  return Array.from({ length: requests }, (_, at) =>
    requestOf('/eslips', { slips: slips.slice(at * perRequest, (at + 1) * perRequest) }, ROOM),
  )
}

/** Gives every slip of a request a name that was never used; random in front as UUIDs are, so that their index is written all over. */
export function nameSlips({ bytes, namesAt }: Request): void {
  for (const at of namesAt) {
    bytes.write(randomHex(8), at, 'latin1')
    bytes.write(randomHex(12), at + 24, 'latin1')
  }
}

const randomHex = (digits: number) =>
  Math.floor(Math.random() * 16 ** digits)
    .toString(16)
    .padStart(digits, '0')
