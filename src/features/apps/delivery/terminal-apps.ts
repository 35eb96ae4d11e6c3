import { and, desc, eq, lt } from 'drizzle-orm'
import { z } from 'zod'
import type { Ctx } from '../../../core/context'
import { decodeCursor, toPage } from '../../../core/paging'
import { query } from '../../../core/verb'
import { isVisible, terminalNotFound } from '../../terminals'
import { decideSetFor, gatherSets } from '../../updates/rollouts'
import {
  isPackageProtected,
  lineViews,
  loadAppTerminals,
  loadNames,
  loadProtected,
  NO_NAMES,
  revisionKey,
} from '../sets'
import { ListConnectionHistoryInput, type TerminalApps, TerminalAppsInput } from '../sets/schemas'
import { appConnectionHistory } from '../sets/tables'
import { decidedView } from './view'

/** What a terminal has, what its set wants, and what comes of it: by the function that decides. `terminal_not_found`. */
export const getTerminalApps = query(
  { permission: 'apps:read', input: TerminalAppsInput },
  async (ctx, { terminalId }): Promise<TerminalApps> => {
    if (!(await isVisible(ctx.db, ctx, terminalId))) throw terminalNotFound()
    const now = ctx.clock.now()
    const gathered = await gatherSets(ctx, [terminalId])
    const connection = gathered.connections.get(terminalId)
    const decision = decideSetFor(gathered, terminalId, now.getTime())
    const revision = decision?.revision ?? connection?.effective ?? 0
    return {
      terminalId,
      at: now.toISOString(),
      set:
        connection === undefined
          ? null
          : {
              ...{ id: connection.setId, name: connection.setName, revision },
              newestRevision: connection.newest,
              connectedBy: connection.connectedBy,
              connectedAt: new Date(connection.connectedAt).toISOString(),
            },
      decision:
        decision === undefined
          ? null
          : {
              ...decidedView(ctx, decision),
              recheckAt: decision.recheckAtMs === null ? null : new Date(decision.recheckAtMs).toISOString(),
            },
      apps: await rowsOf(ctx, terminalId, connection?.setId, revision),
    }
  },
)

/** What the terminal reports and what its set names, by package. */
async function rowsOf(
  ctx: Ctx,
  terminalId: string,
  setId: string | undefined,
  revision: number,
): Promise<TerminalApps['apps']> {
  const terminal = (await loadAppTerminals(ctx, [terminalId])).get(terminalId)
  const key = setId === undefined ? undefined : { setId, revision }
  const lines =
    key === undefined ? [] : ((await lineViews(ctx, [key])).get(revisionKey(key.setId, revision)) ?? [])
  const patterns = await loadProtected(ctx.db)
  const names = [...new Set([...(terminal?.apps.keys() ?? []), ...lines.map((line) => line.package)])].sort()
  const called = await loadNames(ctx, names)
  return names.map((name) => {
    const installed = terminal?.apps.get(name)
    return {
      package: name,
      ...(called.get(name) ?? NO_NAMES),
      installed:
        installed === undefined
          ? null
          : {
              versionCode: installed.versionCode,
              versionName: installed.versionName ?? null,
              signer: installed.signer ?? null,
            },
      wanted: lines.find((line) => line.package === name) ?? null,
      isManaged: terminal?.managed.has(name) ?? false,
      isProtected: terminal !== undefined && isPackageProtected(terminal, patterns, name),
    }
  })
}

const Position = z.tuple([z.uuid()])

/** Which sets a terminal has had, by whom it was connected and when; the latest first. `terminal_not_found`. */
export const listConnectionHistory = query(
  { permission: 'apps:read', input: ListConnectionHistoryInput },
  async (ctx, { terminalId, cursor, limit }) => {
    if (!(await isVisible(ctx.db, ctx, terminalId))) throw terminalNotFound()
    const rows = await ctx.db
      .select()
      .from(appConnectionHistory)
      .where(
        and(
          eq(appConnectionHistory.terminalId, terminalId),
          cursor === undefined ? undefined : lt(appConnectionHistory.id, decodeCursor(cursor, Position)[0]),
        ),
      )
      .orderBy(desc(appConnectionHistory.id))
      .limit(limit + 1)
    return toPage(
      rows,
      limit,
      (row) => [row.id],
      ({ id, setId, setName, what, byName, at }) => ({
        id,
        setId,
        setName,
        what,
        byName,
        at: at.toISOString(),
      }),
    )
  },
)
