import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { Readable } from 'node:stream'
import { setTimeout as wait } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { openBlobStore } from '../src/blobs/open'
import { connect } from '../src/db/client'
import { openFleet } from './check-in/fleet'
import { play, type Role, startServer } from './check-in/processes'
import { tokenOf } from './check-in/requests'
import { startNginx } from './downloads/nginx'
import { readFast, readSlowly, type Target } from './downloads/readers'
import { cpuSeconds, residentBytes } from './downloads/usage'
import { aligned, load, machine, median } from './lib/print'

const HELP = `npm run bench -- downloads [options]
  --mebibytes N   size of the file (200)
  --seconds N     length of one slice (4)
  --rounds N      slices of each kind; medians are taken (3)
  --streams LIST  readers at once (1,200)
  --slow N        readers at 64 kB/s while memory is watched (500)
  --profile DIR   a CPU profile of the server is written there
`
const TERMINALS = 1_000
const SLOW_BYTES_PER_SECOND = 64_000
const SLOW_SECONDS = 20
const GOALS = { ofNginxPerCpuSecond: 0.5, residentMb: 300 } as const
const MIB = 1024 * 1024

const { values } = parseArgs({
  args: process.argv[2]?.startsWith('{') ? [] : process.argv.slice(2),
  options: {
    mebibytes: { type: 'string', default: '200' },
    seconds: { type: 'string', default: '4' },
    rounds: { type: 'string', default: '3' },
    streams: { type: 'string', default: '1,200' },
    slow: { type: 'string', default: '500' },
    profile: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})

interface Slice {
  bytesPerSecond: number
  cpuSecondsPerGb: number
}

async function bench(): Promise<void> {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'psm-bench-'))
  try {
    await measure(directory)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

async function measure(directory: string): Promise<void> {
  const bodyBytes = Number(values.mebibytes) * MIB
  const blobs = await openBlobStore({ kind: 'fs', directory: path.join(directory, 'blobs') })
  const { key, sha256 } = await blobs.putContent(Readable.from(noise(bodyBytes)), { maxBytes: bodyBytes })
  const database = await openFleet(path.join(directory, 'db'), TERMINALS)
  const owner = connect(database.owner, { max: 1, applicationName: 'psm-bench-offers' })
  await owner`
    with package as (
      insert into packages (id, platform, component, version, kind, file_count, size_bytes, created_by, created_at)
      values (gen_random_uuid(), 'other', 'system', '1', 'file-set', 1, ${bodyBytes}, 'bench', now()) returning id)
    insert into package_files (package_id, position, name, target, sha256, size_bytes, blob_key)
    select id, 0, 'system.bin', '', ${sha256}, ${bodyBytes}, ${key} from package`
  const body = JSON.stringify({ rule: 'bench', files: [{ sha256, size: bodyBytes }], when: {} })
  await owner`
    insert into terminal_actions (id, terminal_id, kind, subject_id, body, offered_at, state_at)
    select gen_random_uuid(), id, 'update', gen_random_uuid(), ${body}::text::jsonb, now(), now() from terminals`
  await owner.end()
  const flags =
    values.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${path.resolve(values.profile)}`]
  const door = await startServer([process.execPath, ...flags], {
    role: 'door',
    database: database.app,
    directory,
  })
  const nginx = await startNginx(directory, path.join(directory, 'blobs'))
  const requestOf = (address: string, more = '') => `GET ${address} HTTP/1.1\r\nHost: x\r\n${more}\r\n`
  const ours: Target = {
    port: door.port,
    bodyBytes,
    request: (n) => requestOf(`/terminal/v1/files/${sha256}`, `Authorization: Bearer ${tokenOf(n)}\r\n`),
  }
  const theirs: Target = { port: nginx?.port ?? 0, bodyBytes, request: () => requestOf(`/${key}`) }
  try {
    const rows: string[][] = []
    for (const streams of values.streams.split(',').map(Number)) {
      const slices = { nginx: [] as Slice[], door: [] as Slice[] }
      for (let round = 0; round < Number(values.rounds); round++) {
        if (nginx !== undefined) slices.nginx.push(await slice(theirs, nginx.pid, streams))
        slices.door.push(await slice(ours, door.pid, streams))
      }
      rows.push(...rowsOf(`${streams} at once`, slices.nginx, slices.door))
    }
    const slow = await memoryOf(ours, door.pid)
    const title = [
      machine(),
      `Node ${process.version}, ${nginx === undefined ? 'no nginx here' : `nginx ${nginx.version}, one process with sendfile`}; a file of ${values.mebibytes} MiB, slices of ${values.seconds} s that take turns, medians of ${values.rounds}; readers on this machine`,
      load(),
    ]
    const head = ['', 'MB/s', 'CPU s per GB', 'ratio per CPU second', 'goal']
    process.stdout.write(`${[...title, '', ...aligned(head, rows), '', slow].join('\n')}\n`)
  } finally {
    await nginx?.stop()
    await door.stop()
    await database.stop()
  }
}

async function slice(target: Target, pid: number, streams: number): Promise<Slice> {
  const seconds = Number(values.seconds)
  const before = cpuSeconds(pid)
  const bytes = await readFast(target, streams, seconds)
  // Connecting takes a little longer than what is counted: both sides alike.
  return {
    bytesPerSecond: bytes / seconds,
    cpuSecondsPerGb: (cpuSeconds(pid) - before) / (bytes / 1e9),
  }
}

function rowsOf(name: string, nginx: readonly Slice[], door: readonly Slice[]): string[][] {
  const mid = (of: readonly Slice[], what: keyof Slice) => median(of.map((one) => one[what]))
  const cells = (of: readonly Slice[]) => [
    (mid(of, 'bytesPerSecond') / 1e6).toFixed(0),
    mid(of, 'cpuSecondsPerGb').toFixed(2),
  ]
  if (nginx.length === 0) return [[`psManager, ${name}`, ...cells(door), '', '']]
  const share = mid(nginx, 'cpuSecondsPerGb') / mid(door, 'cpuSecondsPerGb')
  const goal = GOALS.ofNginxPerCpuSecond
  return [
    [`nginx, ${name}`, ...cells(nginx), '', ''],
    [`psManager, ${name}`, ...cells(door), share.toFixed(2), `≥ ${goal} ${share >= goal ? 'met' : 'MISSED'}`],
  ]
}

async function memoryOf(target: Target, pid: number): Promise<string> {
  const readers = Number(values.slow)
  const before = residentBytes(pid)
  const slow = await readSlowly(target, readers, SLOW_BYTES_PER_SECOND)
  let peak = before
  for (let at = 0; at < SLOW_SECONDS * 10; at++) {
    await wait(100)
    peak = Math.max(peak, residentBytes(pid))
  }
  const rate = slow.bytes() / SLOW_SECONDS / readers / 1000
  slow.stop()
  const mb = (bytes: number) => (bytes / 1e6).toFixed(0)
  const verdict = peak / 1e6 < GOALS.residentMb ? 'met' : 'MISSED'
  return `${readers} readers at ${rate.toFixed(0)} kB/s each: the server has ${mb(peak)} MB, ${mb(before)} before them; < ${GOALS.residentMb} MB ${verdict}`
}

function* noise(bytes: number): Generator<Buffer> {
  for (let at = 0; at < bytes; at += MIB) yield randomBytes(Math.min(MIB, bytes - at))
}

const [first] = process.argv.slice(2)
if (first?.startsWith('{')) await play(JSON.parse(first) as Role)
else if (values.help) process.stdout.write(HELP)
else await bench()
