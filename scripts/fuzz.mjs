import { spawn } from 'node:child_process'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { ROOT } from './lib/sources.mjs'

const DAY_SEEDS = 1_000_000_000

/**
 * Plays many hostile requests against a server of its own: `npm run fuzz -- --requests 20000 [--seed 7] [--report FILE]`.
 * The same seed plays the same requests again; the report tells of statuses, of operations that never had success, and
 * of every fault with a request that shows it.
 */
const {
  values: { report, ...numbers },
} = parseArgs({
  options: {
    requests: { type: 'string', default: '20000' },
    report: { type: 'string' },
    seed: { type: 'string', default: String(Date.now() % DAY_SEEDS) },
  },
})
for (const [name, value] of Object.entries(numbers))
  if (!/^[0-9]{1,9}$/.test(value)) {
    console.error(`--${name} is a whole number of at most nine digits.`)
    process.exit(2)
  }
const vitest = path.join(ROOT, 'node_modules/vitest/vitest.mjs')
console.error(`seed ${numbers.seed}, ${numbers.requests} requests`)
const child = spawn(process.execPath, [vitest, 'run', 'tests/fuzz'], {
  cwd: ROOT,
  stdio: 'inherit',
  env: {
    ...process.env,
    FUZZ_REQUESTS: numbers.requests,
    FUZZ_SEED: numbers.seed,
    ...(report === undefined ? {} : { FUZZ_REPORT: path.resolve(report) }),
  },
})
child.once('exit', (code) => {
  process.exitCode = code ?? 1
})
