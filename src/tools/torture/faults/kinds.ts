import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, open, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { processConfiguration } from '../../../config'
import { startEmbeddedPostgres } from '../../../db/embedded'
import type { Victim } from '../server'
import { type Condition, Line } from './line'

const run = promisify(execFile)

/** What stands around a server, and how it goes wrong. */
export interface Surroundings {
  settings: Readonly<Record<string, string>>
  /** Run before the server, as `env` is. */
  preload?: Readonly<Record<string, string>>
  begin(victim: Victim): Promise<void>
  end(victim: Victim): Promise<void>
  takeDown(): Promise<void>
}

export interface FaultKind {
  name: string
  meaning: string
  /** The server is to answer all the while, as if nothing had happened. */
  isUnnoticed?: true
  /** What this machine lacks for it. */
  missing?(): string | undefined
  /** @param folder of its own, empty */
  surround(folder: string): Promise<Surroundings>
}

const SLOW_MS = 150
const SMALL_DISK_MIB = 512
const HOUR_S = 3_600
const DAY_S = 24 * HOUR_S
const FAKETIME = '/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1'

export const FAULTS: readonly FaultKind[] = [
  {
    name: 'database-gone',
    meaning: 'the database hangs up and takes no connection',
    surround: (folder) => behindLine(folder, { is: 'cut' }),
  },
  {
    name: 'database-silent',
    meaning: 'nothing comes from the database any more, and nobody is told',
    surround: (folder) => behindLine(folder, { is: 'silent' }),
  },
  {
    name: 'database-slow',
    meaning: `each packet to and from the database takes ${SLOW_MS} ms`,
    surround: (folder) => behindLine(folder, { is: 'slow', ms: SLOW_MS }),
  },
  {
    name: 'database-killed',
    meaning: 'the embedded database is killed with SIGKILL, again and again',
    surround: killedDatabase,
  },
  {
    name: 's3-gone',
    meaning: 'the S3 store hangs up and takes no connection',
    missing: noStore,
    surround: () => storeBehindLine({ is: 'cut' }),
  },
  {
    name: 's3-silent',
    meaning: 'nothing comes from the S3 store any more, and nobody is told',
    missing: noStore,
    surround: () => storeBehindLine({ is: 'silent' }),
  },
  {
    name: 'disk-full',
    meaning: 'the disk of database and files is full',
    missing: () => (process.getuid?.() === 0 ? undefined : 'root, to mount a small disk'),
    surround: fullDisk,
  },
  {
    name: 'clock-jumps',
    meaning: 'the clock of the server jumps an hour ahead, two hours back, and a day ahead',
    isUnnoticed: true,
    missing: () => (existsSync(FAKETIME) ? undefined : 'libfaketime (apt-get install libfaketime)'),
    surround: jumpingClock,
  },
  {
    name: 'instance-killed',
    meaning: 'the server is killed with SIGKILL, and started again after a while',
    surround: async () => ({
      settings: {},
      begin: (victim) => victim.kill(),
      end: (victim) => victim.start(),
      takeDown: async () => {},
    }),
  },
]

function noStore(): string | undefined {
  const { s3 } = processConfiguration().settings
  const isNamed = s3.endpoint?.startsWith('http://') && s3.bucket !== undefined
  return isNamed ? undefined : 'an S3 store at http:// in S3_ENDPOINT, S3_BUCKET and so on'
}

/** A database of another owner, which outlives the server and is reached over a line. */
async function externalDatabase(folder: string) {
  const server = await startEmbeddedPostgres({ directory: path.join(folder, 'db'), role: 'server' })
  const line = await Line.to({ path: server.app.socketPath })
  const urlOf = (user: string) => `postgres://${user}@127.0.0.1:${line.port}/${server.app.database}`
  return {
    line,
    settings: {
      DATABASE_URL: urlOf(server.app.user),
      DATABASE_OWNER_URL: urlOf(server.owner.user),
      DATABASE_TLS: 'disable',
    },
    async takeDown() {
      await line.close()
      await server.stop()
    },
  }
}

async function behindLine(folder: string, condition: Condition): Promise<Surroundings> {
  const { line, settings, takeDown } = await externalDatabase(folder)
  return {
    settings,
    takeDown,
    begin: async () => line.turn(condition),
    end: async () => line.turn({ is: 'whole' }),
  }
}

async function storeBehindLine(condition: Condition): Promise<Surroundings> {
  const { s3 } = processConfiguration().settings
  const store = new URL(s3.endpoint ?? '')
  const line = await Line.to({ host: store.hostname, port: Number(store.port || 80) })
  return {
    settings: {
      S3_ENDPOINT: `http://127.0.0.1:${line.port}`,
      S3_REGION: s3.region,
      S3_BUCKET: s3.bucket ?? '',
      S3_ACCESS_KEY_ID: s3.accessKeyId ?? '',
      S3_SECRET_ACCESS_KEY: s3.secretAccessKey ?? '',
    },
    begin: async () => line.turn(condition),
    end: async () => line.turn({ is: 'whole' }),
    takeDown: () => line.close(),
  }
}

async function killedDatabase(folder: string): Promise<Surroundings> {
  const storage = path.join(folder, 'storage')
  let again: NodeJS.Timeout | undefined
  const kill = async () => {
    const file = path.join(storage, 'db/data/postmaster.pid')
    const pid = await open(file).then(
      async (handle) => {
        const [line = ''] = (await handle.readFile('utf8')).split('\n')
        await handle.close()
        return Number(line)
      },
      () => undefined,
    )
    if (pid) {
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        // It had ended between the look and the signal.
      }
    }
  }
  return {
    settings: { STORAGE_DIR: storage },
    async begin() {
      await kill()
      again = setInterval(() => void kill(), 5_000)
    },
    async end() {
      clearInterval(again)
    },
    takeDown: async () => clearInterval(again),
  }
}

async function fullDisk(folder: string): Promise<Surroundings> {
  const disk = path.join(folder, 'disk')
  const ballast = path.join(disk, 'ballast')
  await mkdir(disk)
  await run('mount', ['-t', 'tmpfs', '-o', `size=${SMALL_DISK_MIB}m,mode=755`, 'tmpfs', disk])
  return {
    settings: { STORAGE_DIR: path.join(disk, 'storage') },
    begin: () => fill(ballast),
    end: () => rm(ballast),
    async takeDown() {
      await run('umount', ['--lazy', disk])
    },
  }
}

/** Takes the last byte. */
async function fill(file: string): Promise<void> {
  const handle = await open(file, 'a')
  try {
    for (let piece = Buffer.alloc(1 << 20); piece.length > 0; )
      try {
        const { bytesWritten } = await handle.write(piece)
        if (bytesWritten < piece.length) piece = piece.subarray(0, piece.length >> 1)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
        piece = piece.subarray(0, piece.length >> 1)
      }
  } finally {
    await handle.close()
  }
}

async function jumpingClock(folder: string): Promise<Surroundings> {
  const { settings, takeDown } = await externalDatabase(folder)
  const offset = path.join(folder, 'offset')
  const jump = (seconds: number) => writeFile(offset, seconds < 0 ? `${seconds}` : `+${seconds}`)
  await jump(0)
  const later: NodeJS.Timeout[] = []
  return {
    settings,
    preload: {
      LD_PRELOAD: FAKETIME,
      FAKETIME_TIMESTAMP_FILE: offset,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    },
    takeDown,
    async begin() {
      await jump(HOUR_S)
      later.push(
        setTimeout(() => void jump(-HOUR_S), 5_000),
        setTimeout(() => void jump(DAY_S), 10_000),
      )
    },
    async end() {
      for (const timer of later) clearTimeout(timer)
      await jump(0)
    },
  }
}
