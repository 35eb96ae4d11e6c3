import { BlockWriter } from '../../src/features/monitoring/ecr-logs/blocks'
import { performance } from 'node:perf_hooks'
import { maskChunks } from '../../src/core/pan-guard'
const SIZE = 4 * 1024 * 1024
const inputs: Record<string, string> = {
  '4x4x4x': '4x', 'singles': '4 1 1 1 ', 'hex pairs': '34 31 31 31 ', 'pairs no': '12 ', '0x': '0x34 ', 'words': '34313131 ',
  '4444-4': '4444-', 'digits': '4111111111111111', 'digits9': '9', 'wide': '๔๑๑๑', 'dump': '0000: 34 31 31 31 31 31 31 31 31 31 31 31 31 31 31 31  |4111111111111111|\n',
  'pinblock': 'pinblock:0123456789ABCDE ', 'track': '4111111111111=1', 'field': 'pan=41111111111112 ', 'hexlong': '34313131', 'esc': '\\x34', 'fields9': 'k=123 ', 'd4 d4': '1234 12345678 ', '6 10': '411111 1111111111 ',
}
const load = process.argv[2]
for (const [name, unit] of Object.entries(inputs)) {
  if (load && !name.includes(load)) continue
  const bytes = Buffer.from(unit.repeat(Math.ceil(SIZE / Buffer.byteLength(unit))))
  let most = 0
  let last = process.cpuUsage().user / 1000
  let done = false
  const tick = () => { const n = process.cpuUsage().user / 1000; most = Math.max(most, n - last); last = n; if (!done) setImmediate(tick) }
  tick()
  async function* src() { for (let at = 0; at < bytes.length; at += 65536) yield bytes.subarray(at, at + 65536) }
  const t = performance.now()
  let n = 0
  const w = new BlockWriter()
  for await (const p of process.argv[3] ? w.packed(maskChunks(src())) : maskChunks(src())) n += p.length
  const ms = performance.now() - t
  done = true
  console.log(name.padEnd(12), 'longest step', most.toFixed(0), 'ms,', (bytes.length / 1e3 / ms).toFixed(1), 'MB/s', n)
}
