import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { play, type Role } from './check-in/processes'
import { measureArchive } from './eslips/archive'
import { measureIngest } from './eslips/ingest'
import { measureSearch } from './eslips/search'
import { rateTable, searchTable, setUp } from './eslips/table'
import { whole } from './lib/print'

const HELP = `npm run bench -- eslips [options]
  --parts LIST     of ingest,search,archive (all)
  --seconds N      length of one slice of ingest (4)
  --rounds N       slices of each kind; medians are taken (5)
  --connections N  clients (32)
  --copy-rows N    rows of one COPY (60000)
  --profile DIR    a CPU profile of the server is written there
  --rows N         slips that are searched (1000000)
  --asks N         times each question is asked (40)
  --only TEXT      questions whose name contains it
  --day-rows N     slips of a day that is archived (100000)
  --keep DIR       the searched database is kept there and used again
`

const { values } = parseArgs({
  args: process.argv[2]?.startsWith('{') ? [] : process.argv.slice(2),
  options: {
    parts: { type: 'string', default: 'ingest,search,archive' },
    seconds: { type: 'string', default: '4' },
    rounds: { type: 'string', default: '5' },
    connections: { type: 'string', default: '32' },
    'copy-rows': { type: 'string', default: '60000' },
    profile: { type: 'string' },
    rows: { type: 'string', default: '1000000' },
    asks: { type: 'string', default: '40' },
    only: { type: 'string', default: '' },
    'day-rows': { type: 'string', default: '100000' },
    keep: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})

async function bench(): Promise<void> {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'psm-bench-'))
  const parts = values.parts.split(',')
  try {
    if (parts.includes('ingest')) process.stdout.write(`${await ingest(directory)}\n\n`)
    if (parts.includes('search')) process.stdout.write(`${await search(directory)}\n\n`)
    if (parts.includes('archive')) process.stdout.write(`${await archive(directory)}\n\n`)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

async function ingest(directory: string): Promise<string> {
  const { seconds, rounds, connections, profile } = values
  const figures = await measureIngest({
    directory,
    seconds: Number(seconds),
    rounds: Number(rounds),
    connections: Number(connections),
    copyRows: Number(values['copy-rows']),
    profile,
  })
  const how = `${connections} clients, slices of ${seconds} s that take turns, medians of ${rounds}`
  return rateTable(setUp(how), figures)
}

async function search(directory: string): Promise<string> {
  const { rows, asks, only, keep } = values
  const { figures, fillSeconds } = await measureSearch({
    directory: path.resolve(keep ?? directory),
    rows: Number(rows),
    rounds: Number(asks),
    only,
  })
  const how = `${whole(Number(rows))} slips of 60 days, ready after ${fillSeconds.toFixed(0)} s; each question ${asks} times`
  return searchTable(setUp(how), figures)
}

async function archive(directory: string): Promise<string> {
  const { seconds, rounds, connections } = values
  const dayRows = Number(values['day-rows'])
  const { figures, sizes } = await measureArchive({
    directory,
    dayRows,
    seconds: Number(seconds),
    rounds: Number(rounds),
    connections: Number(connections),
  })
  const how = `days of ${whole(dayRows)} slips, each archived or copied once; ingest by ${connections} clients, slices of ${seconds} s; medians of ${rounds}`
  return `${rateTable(setUp(how), figures)}\n${sizes}`
}

const [first] = process.argv.slice(2)
if (first?.startsWith('{')) await play(JSON.parse(first) as Role)
else if (values.help) process.stdout.write(HELP)
else await bench()
