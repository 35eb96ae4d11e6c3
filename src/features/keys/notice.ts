import { and, eq, inArray, sql } from 'drizzle-orm'
import type { Ctx } from '../../core/context'
import { inMutation } from '../../core/verb'
import type { PlannedTerminal } from '../actions'
import { compareKcv } from './block/kcv'
import { DELIVERABLE } from './lists'
import { alarmed, holdFile, lockLoad, serialOf } from './moves'
import { proofOf } from './proof'
import { install } from './results'
import { keyFiles, keyLoads } from './tables'

type Kcvs = { slot: string; kcv: string }[]

/**
 * What statuses say of keys: that the check values of a file that was fetched are there, which proves it; and that the
 * transport key is not the registered one, which is an alarm, once for each other value.
 */
export async function noteStatuses(ctx: Ctx, terminals: readonly PlannedTerminal[]): Promise<void> {
  const reporting = terminals.filter(
    ({ status }) => status?.keys !== undefined || status?.transportKeyKcv !== undefined,
  )
  if (reporting.length === 0) return
  await noteTransportKeys(ctx, reporting)
  await noteProofs(ctx, reporting)
}

async function noteProofs(ctx: Ctx, terminals: readonly PlannedTerminal[]): Promise<void> {
  const shown = new Map(
    terminals.flatMap(({ terminalId, status }) =>
      status?.keys === undefined ? [] : [[terminalId, status.keys as Kcvs] as const],
    ),
  )
  if (shown.size === 0) return
  // A status from before the first fetch may show the same keys of a bundle before: it proves nothing.
  const fetched = await ctx.db
    .select({ id: keyFiles.id, terminalId: keyFiles.terminalId, slots: keyFiles.slots })
    .from(keyFiles)
    .where(
      and(
        inArray(keyFiles.terminalId, [...shown.keys()]),
        inArray(keyFiles.state, [...DELIVERABLE]),
        sql`exists (select from terminal_status s where s.terminal_id = ${keyFiles.terminalId}
          and s.received_at > ${keyFiles.firstFetchedAt})`,
      ),
    )
  for (const { id, terminalId, slots } of fetched) {
    const kcvs = shown.get(terminalId) ?? []
    if (proofOf(slots, kcvs) !== 'shown') continue
    await inMutation(ctx, async (scope) => {
      const held = await holdFile(scope.db, terminalId, id, scope.clock.now())
      if (held === undefined || !DELIVERABLE.includes(held.file.state)) return scope.nothingChanged()
      const slotsOfFile = new Set(held.file.slots.map(({ slot }) => slot))
      await install(
        scope,
        held,
        kcvs.filter(({ slot }) => slotsOfFile.has(slot)).map(({ slot, kcv }) => ({ slot, kcv })),
      )
    })
  }
}

interface Registered extends Record<string, unknown> {
  terminalId: string
  kcv: string | null
  /** The other value that is known already. */
  other: string | null
}

async function noteTransportKeys(ctx: Ctx, terminals: readonly PlannedTerminal[]): Promise<void> {
  const reported = new Map(
    terminals.flatMap(({ terminalId, status }) =>
      typeof status?.transportKeyKcv === 'string'
        ? [[terminalId, status.transportKeyKcv.toUpperCase()] as const]
        : [],
    ),
  )
  if (reported.size === 0) return
  const rows = await ctx.db.execute<Registered>(sql`
    select t.id as "terminalId", t.transport_key_kcv as kcv, l.other_transport_kcv as other
    from terminals t left join key_loads l on l.terminal_id = t.id
    where t.id in ${[...reported.keys()]} and (t.transport_key_kcv is not null or l.other_transport_kcv is not null)`)
  for (const { terminalId, kcv, other } of rows) {
    const said = reported.get(terminalId) as string
    const odd = kcv !== null && isOther(kcv, said) ? said : null
    if (odd !== other) await noteOther(ctx, terminalId, { kcv, odd })
  }
}

/** How either was made is not said: the same digits are one key, whatever the length of the shorter. */
const isOther = (registered: string, reported: string) =>
  compareKcv({ kcv: registered, algorithm: 'cmac' }, { kcv: reported, algorithm: 'cmac' }) === 'different'

async function noteOther(
  ctx: Ctx,
  terminalId: string,
  { kcv, odd }: { kcv: string | null; odd: string | null },
): Promise<void> {
  await inMutation(ctx, async (scope) => {
    const now = scope.clock.now()
    const load = await lockLoad(scope.db, terminalId, now)
    if (load.otherTransportKcv === odd) return scope.nothingChanged()
    // Any other alarm stays: else a terminal would put it out by naming another transport key, and the right one again.
    const isOwn = load.alarm === null || load.alarm === 'transport_key_differs'
    const alarm = odd === null ? { alarm: null, alarmAt: null } : alarmed('transport_key_differs', now)
    await scope.db
      .update(keyLoads)
      .set({ otherTransportKcv: odd, ...(isOwn ? alarm : {}) })
      .where(eq(keyLoads.terminalId, terminalId))
    scope.audit({
      action: odd === null ? 'key.transport_agrees' : 'key.transport_differs',
      subject: { kind: 'terminal', id: terminalId, label: await serialOf(scope.db, terminalId) },
      before: { transportKcv: kcv },
      after: { transportKcv: odd ?? kcv },
    })
    scope.changed({ topic: 'terminal', subjectId: terminalId })
  })
}
