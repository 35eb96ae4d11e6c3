import { asc, inArray, sql } from 'drizzle-orm'
import type { Ctx } from '../../../core/context'
import type { PlatformId } from '../../../core/platforms'
import type { Database } from '../../../db/client'
import { type StandingAction, standingActions } from '../../actions'
import { type VitalsRow, vitalsColumns, vitalsOf } from '../../updates/rules'
import { appVersions } from '../catalog/tables'
import { sdkOf } from './android'
import { goneBeyond } from './begun'
import {
  type AppTerminal,
  type InstalledApp,
  installKey,
  type LineFacts,
  type Repairs,
  removeKey,
  type SetFacts,
  type StandingApps,
  type VersionFacts,
} from './facts'
import { REPAIR_DAYS } from './lists'
import { appProtected, appSetLines, appSetRevisions, appSets } from './tables'

/** A revision of a set, by `revisionKey`. */
export type Revisions = ReadonlyMap<string, SetFacts>
export const revisionKey = (setId: string, revision: number): string => `${setId} ${revision}`

/** Revisions with what their lines come to. A line whose version was deleted since asks for nothing. */
export async function loadRevisions(
  db: Database,
  wanted: readonly { setId: string; revision: number }[],
): Promise<Revisions> {
  if (wanted.length === 0) return new Map()
  const isWanted = (table: typeof appSetRevisions | typeof appSetLines) =>
    sql`(${table.setId}, ${table.revision}) in (select * from jsonb_to_recordset(${JSON.stringify(wanted)}::text::jsonb)
      as w("setId" uuid, revision int))`
  const [revisions, lines] = await Promise.all([
    db
      .select({ revision: appSetRevisions, name: appSets.name })
      .from(appSetRevisions)
      .innerJoin(appSets, sql`${appSets.id} = ${appSetRevisions.setId}`)
      .where(isWanted(appSetRevisions)),
    db
      .select({ line: appSetLines, version: VERSION_FACTS })
      .from(appSetLines)
      .leftJoin(appVersions, sql`${appVersions.id} = ${appSetLines.versionId}`)
      .where(isWanted(appSetLines))
      .orderBy(asc(appSetLines.setId), asc(appSetLines.revision), asc(appSetLines.position)),
  ])
  const byRevision = new Map<string, LineFacts[]>()
  for (const { line, version } of lines) {
    if (line.want !== 'absent' && version === null) continue
    const key = revisionKey(line.setId, line.revision)
    const own = byRevision.get(key) ?? []
    byRevision.set(key, own)
    own.push({
      package: line.package,
      version: line.want === 'absent' || version === null ? null : { ...version, package: line.package },
    })
  }
  return new Map(
    revisions.map(({ revision: { setId, revision, removesOthers, conditions }, name }) => {
      const key = revisionKey(setId, revision)
      return [key, { id: setId, name, revision, removesOthers, conditions, lines: byRevision.get(key) ?? [] }]
    }),
  )
}

const VERSION_FACTS = {
  id: appVersions.id,
  versionCode: appVersions.versionCode,
  versionName: appVersions.versionName,
  minSdk: appVersions.minSdk,
  abis: appVersions.abis,
  signers: appVersions.signers,
  earlierSigners: appVersions.earlierSigners,
  sha256: appVersions.sha256,
  sizeBytes: appVersions.sizeBytes,
}

/** The versions that lines of a set come to, whether they are saved or not; by their ids. */
export async function loadVersions(
  db: Database,
  ids: readonly string[],
): Promise<Map<string, Omit<VersionFacts, 'package'>>> {
  if (ids.length === 0) return new Map()
  const rows = await db
    .select(VERSION_FACTS)
    .from(appVersions)
    .where(inArray(appVersions.id, [...ids]))
  return new Map(rows.map((row) => [row.id, row]))
}

/** Which set a terminal is connected to, and which of its revisions it is led to. */
export interface Connection {
  terminalId: string
  setId: string
  setName: string
  /** The newest there is. */
  newest: number
  released: number
  /** The released one, or where a rollout has brought it beyond that. */
  effective: number
  /** A later one that it has a part of, and failed at the rest; null: none. It is led nowhere else meanwhile. */
  begun: number | null
  connectedBy: string
  connectedAt: string
}

const LED = sql`greatest(c.pinned_revision, s.released_revision)`

/** Of these terminals those that have a set. They are looked up one by one: lists of thousands would be read to the end. */
export async function loadConnections(
  db: Database,
  terminalIds: readonly string[],
): Promise<Map<string, Connection>> {
  if (terminalIds.length === 0) return new Map()
  const rows = await db.execute<Connection & Record<string, unknown>>(sql`
    select c.terminal_id as "terminalId", c.set_id as "setId", s.name as "setName", s.revision as newest,
      s.released_revision as released, greatest(${LED}, g.reached) as effective,
      case when g.begun > coalesce(g.reached, 0) then g.begun end as begun,
      c.connected_by as "connectedBy", c.connected_at as "connectedAt"
    from unnest(${sql.param([...terminalIds])}::uuid[]) w(id)
    cross join lateral (select * from app_connections x where x.terminal_id = w.id limit 1) c
    join app_sets s on s.id = c.set_id
    cross join lateral (${goneBeyond(sql`c`, LED, sql`s.revision`)}) g`)
  return new Map(rows.map((row) => [row.terminalId, row]))
}

interface TerminalRow extends VitalsRow {
  terminalId: string
  state: string
  platform: PlatformId
  hasStatus: boolean
  apps: { package: string; versionCode?: number; versionName?: string; signerSha256?: string }[] | null
  os: string | null
  abis: string[] | null
  application: string | null
  managed: string[] | null
}

/** What is known of these terminals, as decisions over their applications take it; those that do not exist are missing. */
export async function loadAppTerminals(
  ctx: Pick<Ctx, 'db' | 'settings'>,
  terminalIds: readonly string[],
): Promise<Map<string, AppTerminal>> {
  if (terminalIds.length === 0) return new Map()
  const rows = await ctx.db.execute<TerminalRow & Record<string, unknown>>(sql`
    select t.id as "terminalId", t.state, t.platform, s.terminal_id is not null as "hasStatus",
      s.status -> 'apps' as apps, s.status ->> 'os' as os, s.status -> 'abis' as abis,
      s.status -> 'application' ->> 'name' as application, ${vitalsColumns}, m.managed
    from unnest(${sql.param([...terminalIds])}::uuid[]) w(id)
    cross join lateral (select * from terminals x where x.id = w.id limit 1) t
    left join lateral (select * from terminal_status x where x.terminal_id = w.id limit 1) s on true
    left join lateral (select * from terminal_presence x where x.terminal_id = w.id limit 1) p on true
    cross join lateral (${managedOf(sql`w.id`)}) m`)
  return new Map(
    rows.map((row) => {
      const { terminalId, state, platform, hasStatus, os, abis, application, managed } = row
      return [
        terminalId,
        {
          ...{ terminalId, state, platform, hasStatus },
          ...vitalsOf(row, ctx.settings.terminals.timeZone),
          hasReport: row.apps !== null,
          apps: installedOf(row.apps ?? []),
          sdk: sdkOf(os ?? undefined),
          abis: abis ?? undefined,
          application: application ?? undefined,
          managed: new Set(managed ?? []),
        },
      ]
    }),
  )
}

/** The later version counts where a terminal reports a package twice. */
function installedOf(apps: NonNullable<TerminalRow['apps']>): Map<string, InstalledApp> {
  const installed = new Map<string, InstalledApp>()
  for (const { package: name, versionCode = 0, versionName, signerSha256 } of apps) {
    const before = installed.get(name)
    if (before === undefined || before.versionCode < versionCode)
      installed.set(name, { versionCode, versionName, signer: signerSha256?.toLowerCase() })
  }
  return installed
}

/**
 * What sets have brought to a terminal: what it was told to install or was found to have by a rollout, what those sets
 * meant that it was connected to before, and what each revision of its present one means that was released since then.
 */
export const managedOf = (terminalId: ReturnType<typeof sql>) => sql`
  select array(
    select unnest(g.packages) from app_managed g where g.terminal_id = ${terminalId}
    union
    select unnest(v.present) from app_connections c
    join app_sets s on s.id = c.set_id
    join app_set_revisions v on v.set_id = c.set_id and v.released_at is not null
      and v.revision between c.since_revision and greatest(c.pinned_revision, s.released_revision)
    where c.terminal_id = ${terminalId}) as managed`

export async function loadProtected(db: Database): Promise<string[]> {
  const rows = await db.select({ pattern: appProtected.pattern }).from(appProtected)
  return rows.map(({ pattern }) => pattern)
}

/** What these terminals were told and are at, or failed at and was not retried. */
export async function loadStandingApps(
  db: Database,
  terminalIds: readonly string[],
): Promise<Map<string, StandingApps[]>> {
  const standing = new Map<string, StandingApps[]>()
  for (const action of await standingActions(db, 'apps', terminalIds)) {
    const own = standing.get(action.terminalId) ?? []
    standing.set(action.terminalId, own)
    own.push(appsOf(action))
  }
  return standing
}

interface Told {
  install: { package: string; versionCode: number }[]
  remove: string[]
}

function appsOf(action: StandingAction): StandingApps {
  const { install, remove } = action.body as unknown as Told
  return {
    ...{ actionId: action.id, subjectId: action.subjectId, state: action.state, install, remove },
    items: action.items ?? [],
    progressPercent: action.progressPercent,
    reason: action.reason,
    offeredAtMs: action.offeredAt.getTime(),
    stateAtMs: action.stateAt.getTime(),
    heardAtMs: (action.heardAt ?? action.offeredAt).getTime(),
    confirmByMs: action.confirmBy?.getTime() ?? null,
  }
}

/** How often what was told has come to be so lately, by terminal: of the revision that it is led to, and of it alone. */
export async function loadRepairs(
  ctx: Pick<Ctx, 'db' | 'clock'>,
  connections: ReadonlyMap<string, Connection>,
): Promise<Map<string, Repairs>> {
  if (connections.size === 0) return new Map()
  const since = new Date(ctx.clock.now().getTime() - REPAIR_DAYS * 86_400_000)
  const asked = [...connections.values()].map(({ terminalId, setId }) => ({ id: terminalId, set: setId }))
  const rows = await ctx.db.execute<{
    terminalId: string
    revision: number
    install: Told['install']
    remove: string[]
  }>(sql`
    select a.terminal_id as "terminalId", (a.body ->> 'revision')::int as revision, a.body -> 'install' as install,
      a.body -> 'remove' as remove
    from jsonb_to_recordset(${JSON.stringify(asked)}::text::jsonb) as w(id uuid, set text)
    cross join lateral (
      select * from terminal_actions x where x.terminal_id = w.id and x.kind = 'apps' and x.state = 'confirmed'
        and x.offered_at >= ${since.toISOString()} and x.body ->> 'setId' = w.set
      order by x.offered_at desc limit 50) a`)
  const repairs = new Map<string, Map<string, number>>()
  for (const { terminalId, revision, install, remove } of rows) {
    const connection = connections.get(terminalId)
    if (revision !== (connection?.begun ?? connection?.effective)) continue
    const own = repairs.get(terminalId) ?? new Map<string, number>()
    repairs.set(terminalId, own)
    for (const key of [...install.map(installKey), ...remove.map(removeKey)])
      own.set(key, (own.get(key) ?? 0) + 1)
  }
  return repairs
}
