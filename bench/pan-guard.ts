import { createGunzip, gzipSync } from 'node:zlib'
import { maskChunks } from '../src/core/pan-guard'
import { ECR_PROTOCOLS, type EcrProtocol, ecrLog } from '../src/tools/simulator/ecr/log'
import { chanceOf } from '../src/tools/simulator/random'
import { type Findings, figureOf, ratioAtLeast } from './lib/figure'
import { main } from './lib/main'
import { median } from './lib/numbers'

const GOAL = 0.25
const MIB = 1024 * 1024
const DAY_MS = 86_400_000

await main({
  name: 'pan-guard',
  title:
    'What cutting card data out of a log costs in processor time, beside a plain gunzip of the same log.',
  options: {
    mebibytes: { default: '64', quick: '16', meaning: 'size of the log' },
    rounds: { default: '5', quick: '3', meaning: 'of each kind, in turn; medians are taken' },
    protocol: { default: '', meaning: `of one protocol only: ${ECR_PROTOCOLS.join(', ')}` },
  },
  run: ({ mebibytes, rounds, protocol }) =>
    bench(
      Number(mebibytes) * MIB,
      Number(rounds),
      ECR_PROTOCOLS.filter((one) => protocol === '' || one === protocol),
    ),
})

/** A log of all protocols, a day of each in turn. */
function logOf(bytes: number, protocols: readonly EcrProtocol[]): Buffer {
  const parts: Buffer[] = []
  let size = 0
  for (let day = 0; size < bytes; day++) {
    const from = new Date(Date.UTC(2026, 0, 1) + day * DAY_MS)
    const protocol = protocols[day % protocols.length] as EcrProtocol
    const options = { protocol, tid: '00001234', from, to: new Date(from.getTime() + DAY_MS) }
    const part = Buffer.from([...ecrLog(chanceOf(`bench ${day}`), options)].join(''))
    parts.push(part)
    size += part.length
  }
  return Buffer.concat(parts).subarray(0, bytes)
}

/** Seconds of the processor, which others on the machine do not lengthen as they do the time that passes. */
async function cpuSecondsOf(work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e6
}

async function gunzipped(packed: Buffer, take: (chunk: Buffer) => void): Promise<void> {
  const gunzip = createGunzip({ chunkSize: 64 * 1024 })
  gunzip.end(packed)
  for await (const chunk of gunzip) take(chunk as Buffer)
}

async function* piecesOf(log: Buffer): AsyncGenerator<Buffer> {
  for (let at = 0; at < log.length; at += 64 * 1024) yield log.subarray(at, at + 64 * 1024)
}

async function bench(bytes: number, rounds: number, protocols: readonly EcrProtocol[]): Promise<Findings> {
  const log = logOf(bytes, protocols)
  const packed = gzipSync(log)
  const plain: number[] = []
  const masked: number[] = []
  let hits = 0
  for (let round = 0; round < rounds; round++) {
    plain.push(await cpuSecondsOf(() => gunzipped(packed, () => undefined)))
    masked.push(
      await cpuSecondsOf(async () => {
        const masked = maskChunks(piecesOf(log), (count) => {
          hits = count
        })
        for await (const _part of masked);
      }),
    )
  }
  const speed = (seconds: number) => log.length / 1e6 / seconds
  return {
    setUp: [
      `a log of ${protocols.join(', ')}: ${(packed.length / MIB).toFixed(1)} MiB packed, ${hits} card numbers cut`,
    ],
    figures: [
      figureOf('masking a log', 'MB per CPU s', masked.map(speed), {
        reference: { name: 'gunzip of it', value: median(plain.map(speed)) },
        goals: [ratioAtLeast(GOAL)],
        cause:
          'Of this log, which holds five protocols and many dumps, every byte of a dump is decoded and looked through twice (decision 0023).',
      }),
    ],
  }
}
