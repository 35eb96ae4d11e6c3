import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { tortureArchive } from './archive'
import { tortureSlips } from './eslips'

const USAGE = `Treats the built server as badly as life does, and counts what it has kept.

npm run torture -- eslips [options]

  --kills N       how often the server is killed with SIGKILL while slips come in (default 50)
  --archive       it is killed while it archives slips of old days instead: twice before each step of a day, and then
                  --kills times at random moments (default 10)
  --days N        old days that have slips, with --archive (default 8)
  --terminals N   terminals that hand over slips (default 50)
  --exporters N   programs that pull all slips meanwhile, with slow transactions mixed in (default 0)
  --keep          leaves the folder of the server where it is

Exits with 1 when an acknowledged slip is missing, is there twice or is not what was sent, or when an exporter missed one
or got one twice; with --archive also when counts and sums of a day are not those of what was promised.
`

const say = (line: string) => process.stdout.write(`${line}\n`)

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      kills: { type: 'string' },
      archive: { type: 'boolean', default: false },
      days: { type: 'string', default: '8' },
      terminals: { type: 'string', default: '50' },
      exporters: { type: 'string', default: '0' },
      keep: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help || positionals.join() !== 'eslips') {
    say(USAGE)
    return values.help ? 0 : 2
  }
  const folder = mkdtempSync(path.join(os.tmpdir(), 'psm-torture-'))
  try {
    const kills = wholeNumber(values.kills ?? (values.archive ? '10' : '50'))
    const terminals = wholeNumber(values.terminals)
    const exporters = wholeNumber(values.exporters)
    const storage = path.join(folder, 'storage')
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
