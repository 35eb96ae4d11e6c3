import { randomBytes } from 'node:crypto'
import path from 'node:path'
import { Readable } from 'node:stream'
import { setTimeout as wait } from 'node:timers/promises'
import { openBlobStore } from '../src/blobs/open'
import { connect } from '../src/db/client'
import { openFleet } from './check-in/fleet'
import { startServer } from './check-in/processes'
import { tokenOf } from './check-in/requests'
import { startNginx } from './downloads/nginx'
import { readFast, readSlowly, type Target } from './downloads/readers'
import { cpuSeconds, residentBytes } from './downloads/usage'
import { atMost, type Figure, type Findings, figureOf, ratioAtLeast } from './lib/figure'
import { inFolder } from './lib/folder'
import { main } from './lib/main'
import { median } from './lib/numbers'

const TERMINALS = 1_000
const SLOW_BYTES_PER_SECOND = 64_000
const SLOW_SECONDS = 20
const GOALS = { ofNginxPerCpuSecond: 0.5, residentMb: 300 } as const
const CAUSE =
  'Node has no sendfile: each byte is read into its memory and written out again, where nginx hands pages of the cache to the socket.'
const MIB = 1024 * 1024

interface Slice {
  mbPerSecond: number
  mbPerCpuSecond: number
}

async function measure(
  directory: string,
  ends: (() => unknown)[],
  values: Record<'mebibytes' | 'seconds' | 'rounds' | 'streams' | 'slow' | 'profile', string>,
): Promise<Findings> {
  const bodyBytes = Number(values.mebibytes) * MIB
  const blobs = await openBlobStore({ kind: 'fs', directory: path.join(directory, 'blobs') })
  const { key, sha256 } = await blobs.putContent(Readable.from(noise(bodyBytes)), { maxBytes: bodyBytes })
  const database = await openFleet(path.join(directory, 'db'), TERMINALS)
  ends.push(() => database.stop())
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
  const flags = values.profile === '' ? [] : ['--cpu-prof', `--cpu-prof-dir=${path.resolve(values.profile)}`]
  const door = await startServer([process.execPath, ...flags], {
    role: 'door',
    database: database.app,
    directory,
  })
  ends.push(() => door.stop())
  const nginx = await startNginx(directory, path.join(directory, 'blobs'))
  if (nginx !== undefined) ends.push(() => nginx.stop())
  const requestOf = (address: string, more = '') => `GET ${address} HTTP/1.1\r\nHost: x\r\n${more}\r\n`
  const ours: Target = {
    port: door.port,
    bodyBytes,
    request: (n) => requestOf(`/terminal/v1/files/${sha256}`, `Authorization: Bearer ${tokenOf(n)}\r\n`),
  }
  const theirs: Target = { port: nginx?.port ?? 0, bodyBytes, request: () => requestOf(`/${key}`) }
  const [speeds, costs]: [Figure[], Figure[]] = [[], []]
  for (const streams of values.streams.split(',').map(Number)) {
    const slices = { nginx: [] as Slice[], door: [] as Slice[] }
    const seconds = Number(values.seconds)
    for (let round = 0; round < Number(values.rounds); round++) {
      if (nginx !== undefined) slices.nginx.push(await slice(theirs, nginx.pid, streams, seconds))
      slices.door.push(await slice(ours, door.pid, streams, seconds))
    }
    const of = (side: 'nginx' | 'door', what: keyof Slice) => slices[side].map((one) => one[what])
    const beside = (what: keyof Slice) =>
      nginx === undefined
        ? { missing: 'there is no nginx here to compare with' }
        : { reference: { name: 'nginx', value: median(of('nginx', what)) } }
    speeds.push(figureOf(`${streams} at once`, 'MB/s', of('door', 'mbPerSecond'), beside('mbPerSecond')))
    costs.push(
      figureOf(`${streams} at once`, 'MB per CPU s', of('door', 'mbPerCpuSecond'), {
        ...beside('mbPerCpuSecond'),
        goals: [ratioAtLeast(GOALS.ofNginxPerCpuSecond)],
        cause: CAUSE,
      }),
    )
  }
  return {
    setUp: [
      nginx === undefined
        ? 'no nginx here'
        : `nginx ${nginx.version}, one process with sendfile; slices take turns`,
    ],
    figures: [...costs, await memoryOf(ours, door.pid, Number(values.slow))],
    details: [{ title: 'By the clock, readers on the same cores', figures: speeds }],
  }
}

async function slice(target: Target, pid: number, streams: number, seconds: number): Promise<Slice> {
  const before = cpuSeconds(pid)
  const bytes = await readFast(target, streams, seconds)
  // Connecting takes a little longer than what is counted: both sides alike.
  return {
    mbPerSecond: bytes / 1e6 / seconds,
    mbPerCpuSecond: bytes / 1e6 / (cpuSeconds(pid) - before),
  }
}

async function memoryOf(target: Target, pid: number, readers: number): Promise<Figure> {
  const before = residentBytes(pid)
  const slow = await readSlowly(target, readers, SLOW_BYTES_PER_SECOND)
  let peak = before
  for (let at = 0; at < SLOW_SECONDS * 10; at++) {
    await wait(100)
    peak = Math.max(peak, residentBytes(pid))
  }
  const rate = slow.bytes() / SLOW_SECONDS / readers / 1000
  slow.stop()
  return {
    ...{ name: `memory with ${readers} readers at ${rate.toFixed(0)} kB/s each`, unit: 'MB' },
    ...{ value: peak / 1e6, reference: { name: 'before them', value: before / 1e6 } },
    goals: [atMost(GOALS.residentMb)],
  }
}

function* noise(bytes: number): Generator<Buffer> {
  for (let at = 0; at < bytes; at += MIB) yield randomBytes(Math.min(MIB, bytes - at))
}

await main({
  name: 'downloads',
  title: 'Terminals fetch one file from the server and from nginx, which sends it by the kernel.',
  options: {
    mebibytes: { default: '200', quick: '64', meaning: 'size of the file' },
    seconds: { default: '4', quick: '2', meaning: 'length of one slice' },
    rounds: { default: '3', meaning: 'slices of each kind; medians are taken' },
    streams: { default: '1,200', meaning: 'readers at once' },
    slow: { default: '500', meaning: 'readers at 64 kB/s while memory is watched' },
    profile: { default: '', meaning: 'a CPU profile of the server is written to this folder' },
  },
  run: (values) => inFolder((directory, ends) => measure(directory, ends, values)),
})
