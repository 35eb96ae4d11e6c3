import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FeedRow } from '../core/change-feed'
import type { Ctx, Services } from '../core/context'
import { GroupCommit } from '../core/group-commit'
import { SourceLimiter } from '../core/rate'
import type { RawSql } from '../db/client'
import { planTerminals, standingTerminals } from '../features/actions'
import { noteStranger } from '../features/audit'
import { type PreparedSlip, SlipStore, type StoreOutcome } from '../features/eslips/ingest'
import { LogIntakes } from '../features/monitoring/ecr-logs'
import { openPosLog } from '../features/monitoring/pos-log'
import {
  type AcceptedStatus,
  acceptStatuses,
  type ReportedStatus,
  writePresence,
} from '../features/monitoring/status'
import {
  findDoorTerminals,
  firstUseOfToken,
  isLive,
  loadDoorTerminals,
  streamDoorTerminals,
} from '../features/terminals'
import { Downloads } from '../features/updates/delivery'
import { Authenticator } from './authenticate'
import { TerminalDirectory } from './directory'
import { enrollMessage } from './enroll'
import { createTerminalHandler } from './handler'
import { terminalMessages } from './messages'
import { planners } from './planners'
import { Plans } from './plans'
import { PresenceQueue } from './presence-queue'
import { DirectorySync } from './sync'
import { WarmUp } from './warm-up'

/** How fast last-seen times are written: enough for a million terminals at a check-in every five minutes. */
const PRESENCE = { maxTerminals: 200_000, batchRows: 1_000 } as const
const PRESENCE_BATCHES_PER_BEAT = 5
const BEAT_MS = 1_000
const MIB = 1024 * 1024
const MS_PER_MINUTE = 60_000
const STATUS = { maxBatch: 100, maxInFlight: 2, maxQueued: 5_000 } as const
/** Slips are larger than statuses: ten thousand of them are some 40 MB. */
const SLIPS = { maxBatch: 100, maxInFlight: 2, maxQueued: 10_000 } as const
/** Days before those that are archived that still take slips: a terminal may have lain in a drawer. */
const LATE_DAYS = 60
const PLAN = { maxBatch: 200, maxKept: 100_000 } as const

export interface TerminalDoorOptions {
  services: Services
  /** For the POS log alone. */
  logSql: RawSql
  /** False while the change feed is behind. */
  isTrusted(atMs: number): boolean
  /** 1 when idle; more stretches everybody's interval. */
  loadFactor(): number
  answered(message: string, status: number, durationMs: number): void
  nextRequestId(): string
}

export interface TerminalDoor {
  handle(req: IncomingMessage, res: ServerResponse): void
  onChanges(rows: readonly FeedRow[]): void
  /** Fills the directory, trying until it succeeds; the door serves meanwhile, from the database. */
  warmUp(): Promise<void>
  /** Figures for /metrics. */
  gauges(): {
    terminals: number
    presenceWaiting: number
    presenceDropped: number
    statusesWaiting: number
    slipsWaiting: number
    downloads: number
    posLogWaiting: number
    posLogDropped: number
    ecrLogUploads: number
  }
  /** Writes what is still queued. */
  stop(): Promise<void>
}

/**
 * Everything behind /terminal/v1, put together: the directory of terminals, what fills it and keeps it true, the queues
 * and the list of messages.
 */
export function createTerminalDoor(options: TerminalDoorOptions): TerminalDoor {
  const { services } = options
  const { settings, sql, log } = services
  const jobCtx = (name: string, requestId = name): Ctx => ({
    ...services,
    actor: { kind: 'job', name },
    requestId,
  })
  const directory = new TerminalDirectory()
  const plans = new Plans({
    directory,
    ...PLAN,
    compute: (ids) => planTerminals(jobCtx('planner'), planners, ids),
  })
  const presence = new PresenceQueue({ ...PRESENCE, write: (rows) => writePresence(sql, rows) })
  const statuses = new GroupCommit<ReportedStatus, AcceptedStatus>({
    ...STATUS,
    commit: (reports) => acceptStatuses(services, reports),
  })
  const slipStore = new SlipStore(sql, settings.slips.archiveDays + LATE_DAYS)
  const slips = new GroupCommit<PreparedSlip, StoreOutcome>({
    ...SLIPS,
    commit: (batch) => slipStore.store(batch),
  })
  const { maxMib, uploads, resumeMinutes } = settings.ecrLogs
  const ecrLogs = new LogIntakes({
    maxBytes: maxMib * MIB,
    most: uploads,
    resumeMs: resumeMinutes * MS_PER_MINUTE,
  })
  const downloads = new Downloads(settings.terminals.downloads)
  const sync = new DirectorySync({
    directory,
    plans,
    defaultIntervalSeconds: settings.terminals.checkInSeconds,
    load: (terminalIds) => loadDoorTerminals(sql, { terminalIds }),
    stream: () => streamDoorTerminals(sql),
    candidates: () => candidates(jobCtx('planner')),
  })
  const posLog = openPosLog(options.logSql, services, (slot) => directory.terminalId(slot))
  const strangers = new SourceLimiter(settings.terminals.strangerRequestsPerMinute)
  const handle = createTerminalHandler({
    messages: terminalMessages({
      directory,
      plans,
      planners,
      presence,
      statuses,
      slips,
      downloads,
      ecrLogs,
      assumedOffset: settings.slips.utcOffset,
      planReads: new Set(planners.flatMap((planner) => planner.reads)),
      refresh: (terminalId) => sync.refresh(terminalId),
      loadFactor: options.loadFactor,
    }),
    publicMessages: [
      enrollMessage({
        refusals: new SourceLimiter(settings.terminals.strangerRequestsPerMinute),
        makeCtx: (requestId) => jobCtx('enrollment', requestId),
        loadFactor: options.loadFactor,
      }),
    ],
    directory,
    authenticator: new Authenticator({
      directory,
      strangers,
      isTrusted: options.isTrusted,
      find: (tokenHashes) => findDoorTerminals(sql, { tokenHashes }),
      firstUse: (terminalId, credentialId) =>
        firstUseOfToken(jobCtx('first-use'), { terminalId, credentialId }),
      refresh: (terminalId) => sync.refresh(terminalId),
    }),
    requestsPerMinute: settings.terminals.requestsPerMinute,
    trustProxy: settings.http.trustProxy,
    log,
    makeCtx: async (terminalId, requestId, address) => {
      const [row] = await loadDoorTerminals(sql, { terminalIds: [terminalId] })
      return {
        ...services,
        actor: { kind: 'terminal', id: terminalId, serial: row?.serial ?? '' },
        requestId,
        address,
      }
    },
    planMayHaveChanged: (slot) => plans.forget(slot),
    answered: options.answered,
    traffic: posLog.traffic,
    strangerRefused: (from) => noteStranger(services, { door: 'terminals', ...from }),
    nextRequestId: options.nextRequestId,
  })

  let isStopped = false
  let beat: NodeJS.Timeout | undefined
  const flushSome = async () => {
    for (let batch = 0; batch < PRESENCE_BATCHES_PER_BEAT; batch++) if (!(await presence.flush())) return
  }
  const warnOf = (event: string) => (error: unknown) => log.warn(event, { error: error as Error })
  const nextBeat = () => {
    beat = setTimeout(() => {
      const presenceWritten = flushSome().catch(warnOf('presence_not_written'))
      const transfersJudged = cutOffBarred(sql, downloads, ecrLogs).catch(warnOf('transfers_not_judged'))
      Promise.all([presenceWritten, transfersJudged]).finally(() => isStopped || nextBeat())
    }, BEAT_MS)
  }
  nextBeat()

  const warming = new WarmUp({
    fill: () => sync.warmUp(),
    failed: (error, retryMs) => log.warn('warm_up_failed', { error: error as Error, retryMs }),
  })
  return {
    handle,
    warmUp: () => warming.request(),
    onChanges(rows) {
      if (sync.onChanges(rows)) void warming.request()
    },
    gauges: () => ({
      terminals: directory.size,
      presenceWaiting: presence.waiting,
      presenceDropped: presence.dropped,
      statusesWaiting: statuses.pending,
      slipsWaiting: slips.pending,
      downloads: downloads.active,
      posLogWaiting: posLog.waiting,
      posLogDropped: posLog.dropped,
      ecrLogUploads: ecrLogs.active,
    }),
    async stop() {
      isStopped = true
      clearTimeout(beat)
      warming.stop()
      sync.stop()
      ecrLogs.stop()
      await Promise.all([statuses.drained(), slips.drained()])
      while (await presence.flush());
      await posLog.stop()
    },
  }
}

/**
 * Who fetches a file or hands a log over may lose the right to it meanwhile: looked up, for the right was given before the first
 * byte. A suspended terminal goes on handing over.
 */
async function cutOffBarred(sql: Services['sql'], downloads: Downloads, uploads: LogIntakes): Promise<void> {
  const [fetching, giving] = [downloads.terminals(), uploads.terminals()]
  const found = await loadDoorTerminals(sql, { terminalIds: [...new Set([...fetching, ...giving])] })
  const states = new Map(found.map(({ terminalId, state }) => [terminalId, state]))
  for (const terminalId of fetching) if (states.get(terminalId) !== 'active') downloads.cutOff(terminalId)
  for (const terminalId of giving) {
    const state = states.get(terminalId)
    if (state === undefined || !isLive(state)) uploads.cutOff(terminalId)
  }
}

async function* candidates(ctx: Ctx): AsyncIterable<readonly string[]> {
  yield* standingTerminals(ctx)
  for (const planner of planners) yield* planner.candidates(ctx)
}
