import path from 'node:path'
import { connect, openPools, type RawSql } from '../../src/db/client'
import type { EmbeddedPostgres } from '../../src/db/embedded'
import { openFleet } from '../check-in/fleet'
import { startClient, startServer } from '../check-in/processes'
import { makeCtx } from '../lib/ctx'
import { type Figure, figureOf, ratioAtLeast } from '../lib/figure'
import { median } from '../lib/numbers'
import { archiveNow } from './archive-job'
import { copyOut } from './copy-out'
import { drawSlips, fillDay, openForSlips } from './fill'
import { Ground } from './ground'
import { Turns, WARM_UP_SECONDS } from './ingest'
import { TERMINALS } from './rows'

export interface ArchiveOptions {
  directory: string
  /** Slips of a day that is archived. */
  dayRows: number
  /** Of one slice of ingest. */
  seconds: number
  rounds: number
  connections: number
}

const GOALS = { ofCopy: 0.4, ofBefore: 0.8 } as const
const CAUSE =
  'An archive is more than a dump: rows are sorted, put into columns with statistics and filters, hashed and read back, by a thread with the least priority (decision 0015).'
/** Slices of ingest one after the other, beside one archive: as far as it lasts. */
const SLICES = 3

/** How fast a day becomes an archive, beside COPY to gzip, and what terminals notice of it. */
export async function measureArchive(options: ArchiveOptions): Promise<{ figures: Figure[]; sizes: string }> {
  const moved = await measureMoving(options)
  return { figures: [...moved.figures, ...(await measureBeside(options))], sizes: moved.sizes }
}

/** Each day is copied and then archived: both find its pages in memory, and nothing to tidy up in them. */
async function measureMoving({
  directory,
  dayRows,
  rounds,
}: ArchiveOptions): Promise<{ figures: Figure[]; sizes: string }> {
  const server = await openForSlips(path.join(directory, 'archive'))
  const filler = openFiller(server)
  const ground = new Ground(server)
  const pools = openPools(server.app, 'psm-bench')
  try {
    const ctx = await makeCtx(pools, directory, new Date(), { ESLIP_ARCHIVE_DAYS: '1' })
    const rival = copyOut(directory, server.app, dayRows)
    const copied: number[] = []
    const archived: number[] = []
    let sizes = ''
    await drawSlips(filler)
    // The round before the first warms up.
    for (let round = 0; round <= rounds; round++) {
      const day = await freshDay(filler, ground, round, dayRows)
      const copy = await rival?.measure(day)
      const startedAt = performance.now()
      const made = await archiveNow(ctx)
      const seconds = (performance.now() - startedAt) / 1000
      if (made.slips !== dayRows) throw new Error(`${made.slips} of ${dayRows} slips were archived`)
      const copySize = copy === undefined ? '' : `, ${megabytes(copy.sizeBytes)} as COPY to gzip`
      sizes = `a day is ${megabytes(made.sizeBytes)} as an archive${copySize}`
      if (round === 0) continue
      if (copy !== undefined) copied.push(dayRows / copy.seconds)
      archived.push(dayRows / seconds)
    }
    return { figures: judged(copied, archived), sizes }
  } finally {
    await pools.end()
    await ground.end()
    await filler.end()
    await server.stop()
  }
}

function judged(copied: number[], archived: number[]): Figure[] {
  const beside =
    copied.length === 0
      ? { missing: 'there is no psql or gzip here to compare with', goals: [ratioAtLeast(GOALS.ofCopy)] }
      : {
          reference: { name: 'COPY to gzip', value: median(copied) },
          ...{ goals: [ratioAtLeast(GOALS.ofCopy)], cause: CAUSE },
        }
  return [figureOf('slips archived', '/s', archived, beside)]
}

/** Slips of terminals, 50 in a request, into a server by itself and into one that archives a day meanwhile. */
async function measureBeside(options: ArchiveOptions): Promise<Figure[]> {
  const { directory, dayRows, rounds, seconds, connections } = options
  const database = await openFleet(path.join(directory, 'beside'), TERMINALS)
  const filler = openFiller(database)
  const ground = new Ground(database)
  await drawSlips(filler)
  await ground.giveTids()
  const door = await startServer([process.execPath], { role: 'door', database: database.app, directory })
  const turns = new Turns(startClient(), door.port, connections, ground)
  const before: number[] = []
  const beside: number[] = []
  try {
    await turns.take('slips-50', WARM_UP_SECONDS)
    for (let round = 0; round < rounds; round++) {
      await layOut(filler, ground, 2 * round, dayRows)
      for (let slice = 0; slice < SLICES; slice++) before.push(await turns.take('slips-50', seconds))
      await layOut(filler, ground, 2 * round + 1, dayRows)
      let isOver = false
      const archiving = door.archive().finally(() => {
        isOver = true
      })
      for (let slice = 0; slice < SLICES; slice++) {
        const rate = await turns.take('slips-50', seconds)
        if (!isOver) beside.push(rate)
      }
      const made = await archiving
      if (made.slips !== dayRows) throw new Error(`${made.slips} of ${dayRows} slips were archived`)
    }
  } finally {
    await turns.client.stop()
    await door.stop()
    await ground.end()
    await filler.end()
    await database.stop()
  }
  if (beside.length === 0) throw new Error('Archives were made too soon: give more --day-rows')
  return [
    figureOf('slips in, 50 per request, while it archives', '/s', beside, {
      reference: { name: 'without', value: median(before) },
      goals: [ratioAtLeast(GOALS.ofBefore)],
      cause:
        'The thread that archives has the least priority and rests while terminals are busy; PostgreSQL, which reads for it, has neither.',
    }),
  ]
}

/** One connection: what days are filled with lasts as long as it. */
const openFiller = (server: EmbeddedPostgres): RawSql =>
  connect(server.owner, { max: 1, applicationName: 'psm-bench-fill' })

/** No slips but those of one old day. */
async function layOut(filler: RawSql, ground: Ground, day: number, rows: number): Promise<void> {
  await ground.clear()
  await freshDay(filler, ground, day, rows)
}

async function freshDay(filler: RawSql, ground: Ground, day: number, rows: number): Promise<string> {
  const date = await fillDay(filler, day, rows)
  await filler`vacuum analyze eslips`
  await ground.checkpoint()
  return date
}

const megabytes = (sizeBytes: number) => `${(sizeBytes / 1e6).toFixed(1)} MB`
