import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { tortureArchive } from './archive'
import { tortureSlips } from './eslips'
import { FAULTS } from './faults/kinds'
import { tortureFaults } from './faults/run'
import { tortureKeys } from './keys'
import { reconcileKeys } from './reconcile'

const USAGE = `Treats the built server as badly as life does, and counts what it has kept.

npm run torture -- eslips|keys|faults [options]

eslips

  --kills N       how often the server is killed with SIGKILL while slips come in (default 50)
  --archive       it is killed while it archives slips of old days instead: twice before each step of a day, and then
                  --kills times at random moments (default 10)
  --days N        old days that have slips, with --archive (default 8)
  --terminals N   terminals that hand over slips (default 50)
  --exporters N   programs that pull all slips meanwhile, with slow transactions mixed in (default 0)

keys
  --kills N       how often the server is killed while key files are deposited, fetched and reported (default 20)
  --terminals N   terminals: one half gets files, the other half fetches, in turn (default 20)
  --fetches N     requests at once for each file, half of them by other terminals (default 100)
  --reconcile     nobody is killed: so many terminals (default 1000) load keys, one of 20 fails, and the report of
                  the batch is compared with what terminals say

faults
  one thing after another goes wrong while terminals check in and hand over slips and logs:
${FAULTS.map(({ name, meaning }) => `    ${name.padEnd(15)} ${meaning}`).join('\n')}
  --only NAMES    these alone, with commas between them
  --seconds N     how long each lasts (default 30)
  --terminals N   (default 50)
  Stores are tried where S3_ENDPOINT, S3_BUCKET and so on name one, a full disk where root may mount a small one, the
  clock with libfaketime.

all
  --keep          leaves the folder of the server where it is

Exits with 1 when an acknowledged slip is missing, is there twice or is not what was sent, or when an exporter missed one
or got one twice; with --archive also when counts and sums of a day are not those of what was promised. Of keys it exits with 1 when bytes went to another terminal or were not those of the deposit, a
file or a result was lost, a lease was overdrawn, the audit lacks a fetch, or the report of a batch does not add up. Of faults it exits with 1
when something acknowledged was lost, doubled or altered, a request was answered otherwise than with success or 503 or 429
and Retry-After, the server did not come back by itself, or took more memory than it may.
`

const say = (line: string) => process.stdout.write(`${line}\n`)

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      kills: { type: 'string' },
      archive: { type: 'boolean', default: false },
      days: { type: 'string', default: '8' },
      terminals: { type: 'string' },
      fetches: { type: 'string', default: '100' },
      reconcile: { type: 'boolean', default: false },
      exporters: { type: 'string', default: '0' },
      only: { type: 'string' },
      seconds: { type: 'string', default: '30' },
      keep: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const what = positionals.join()
  if (values.help || !['eslips', 'keys', 'faults'].includes(what)) {
    say(USAGE)
    return values.help ? 0 : 2
  }
  const folder = mkdtempSync(path.join(os.tmpdir(), 'psm-torture-'))
  try {
    const storage = path.join(folder, 'storage')
    if (what === 'faults') {
      const only = values.only?.split(',') ?? []
      const seconds = wholeNumber(values.seconds)
      const terminals = wholeNumber(values.terminals ?? '50')
      return (await tortureFaults({ folder, only, seconds, terminals, say })) ? 0 : 1
    }
    if (what === 'keys') {
      const count = (fallback: string) => wholeNumber(values.terminals ?? fallback)
      if (values.reconcile) return (await reconcileKeys({ storage, terminals: count('1000'), say })) ? 0 : 1
      const kills = wholeNumber(values.kills ?? '20')
      const fetches = wholeNumber(values.fetches)
      return (await tortureKeys({ storage, kills, terminals: count('20'), fetches, say })) ? 0 : 1
    }
    const kills = wholeNumber(values.kills ?? (values.archive ? '10' : '50'))
    const terminals = wholeNumber(values.terminals ?? '50')
    const exporters = wholeNumber(values.exporters)
    if (values.archive) {
      const days = wholeNumber(values.days)
      return (await tortureArchive({ storage, kills, terminals, days, say })) ? 0 : 1
    }
    return (await tortureSlips({ storage, kills, terminals, exporters, say })) ? 0 : 1
  } finally {
    if (values.keep) say(`kept: ${folder}`)
    else rmSync(folder, { recursive: true, force: true })
  }
}

function wholeNumber(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 0) throw new Error(`${text} is not a whole number`)
  return value
}

// By its end it takes the server with it.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1))
main().then(
  (code) => {
    process.exitCode = code
  },
  (error: unknown) => {
    process.stderr.write(`torture: ${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  },
)
