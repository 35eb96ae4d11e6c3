import { parseArgs } from 'node:util'
import { createGunzip, gzipSync } from 'node:zlib'
import { maskChunks } from '../src/core/pan-guard'
import { ECR_PROTOCOLS, type EcrProtocol, ecrLog } from '../src/tools/simulator/ecr/log'
import { chanceOf } from '../src/tools/simulator/random'
import { aligned, load, machine, median } from './lib/print'

const HELP = `npm run bench -- pan-guard [options]
  --mebibytes N   size of the log (64)
  --rounds N      of each kind, in turn; medians are taken (5)
  --protocol P    of one protocol only: ${ECR_PROTOCOLS.join(', ')}
`
const GOALS = { ofGunzip: 0.25 } as const
const MIB = 1024 * 1024
const DAY_MS = 86_400_000

const { values } = parseArgs({
  options: {
    mebibytes: { type: 'string', default: '64' },
    rounds: { type: 'string', default: '5' },
    protocol: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
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

async function bench(): Promise<void> {
  const protocols = ECR_PROTOCOLS.filter((one) => values.protocol === undefined || one === values.protocol)
  const log = logOf(Number(values.mebibytes) * MIB, protocols)
  const packed = gzipSync(log)
  const plain: number[] = []
  const masked: number[] = []
  let hits = 0
  for (let round = 0; round < Number(values.rounds); round++) {
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
  const speed = (seconds: readonly number[]) => log.length / 1e6 / median(seconds)
  const ratio = speed(masked) / speed(plain)
  const rows = [
    ['gunzip alone', speed(plain).toFixed(0), '', ''],
    [
      'masking alone',
      speed(masked).toFixed(0),
      ratio.toFixed(2),
      `≥ ${GOALS.ofGunzip} ${ratio >= GOALS.ofGunzip ? 'met' : 'MISSED'}`,
    ],
  ]
  const title = [
    `pan-guard: a log of ${protocols.join(', ')}, ${values.mebibytes} MiB, ${(packed.length / MIB).toFixed(1)} MiB packed, ${hits} card numbers cut`,
    machine(),
    `Megabytes of the log per second of processor time, medians of ${values.rounds} in turn`,
    load(),
  ]
  process.stdout.write(`${[...title, '', ...aligned(['', 'MB/s', 'ratio', 'goal'], rows)].join('\n')}\n`)
}

if (values.help) process.stdout.write(HELP)
else await bench()
