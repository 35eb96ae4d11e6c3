import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { play, type Role } from './check-in/processes'
import { measureIngest } from './eslips/ingest'
import { rateTable, setUp } from './eslips/table'

const HELP = `npm run bench -- eslips [options]
  --seconds N      length of one slice (4)
  --rounds N       slices of each kind; medians are taken (5)
  --connections N  clients (32)
  --copy-rows N    rows of one COPY (60000)
  --profile DIR    a CPU profile of the server is written there
`

async function bench(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '4' },
      rounds: { type: 'string', default: '5' },
      connections: { type: 'string', default: '32' },
      'copy-rows': { type: 'string', default: '60000' },
      profile: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return void process.stdout.write(HELP)
  const [seconds, rounds, connections] = [values.seconds, values.rounds, values.connections].map(Number) as [
    number,
    number,
    number,
  ]
  const directory = mkdtempSync(path.join(os.tmpdir(), 'psm-bench-'))
  try {
    const copyRows = Number(values['copy-rows'])
    const { profile } = values
    const figures = await measureIngest({ directory, seconds, rounds, connections, copyRows, profile })
    const title = `${setUp(`${connections} clients, slices of ${seconds} s that take turns, medians of ${rounds}`)}`
    process.stdout.write(`${rateTable(title, figures)}\n`)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

const [first] = process.argv.slice(2)
if (first?.startsWith('{')) await play(JSON.parse(first) as Role)
else await bench()
