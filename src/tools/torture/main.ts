import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { tortureArchive } from './archive'
import { tortureSlips } from './eslips'
import { tortureKeys } from './keys'
import { reconcileKeys } from './reconcile'

const USAGE = `Treats the built server as badly as life does, and counts what it has kept.

npm run torture -- eslips|keys [options]

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

both
  --keep          leaves the folder of the server where it is

Exits with 1 when an acknowledged slip is missing, is there twice or is not what was sent, or when an exporter missed one
or got one twice; with --archive also when counts and sums of a day are not those of what was promised. Of keys it exits with 1 when bytes went to another terminal or were not those of the deposit, a
file or a result was lost, a lease was overdrawn, the audit lacks a fetch, or the report of a batch does not add up.
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
      keep: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const what = positionals.join()
  if (values.help || (what !== 'eslips' && what !== 'keys')) {
    say(USAGE)
    return values.help ? 0 : 2
  }
  const folder = mkdtempSync(path.join(os.tmpdir(), 'psm-torture-'))
  try {
    const storage = path.join(folder, 'storage')
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
