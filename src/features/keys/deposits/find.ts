import { and, asc, desc, eq, getTableColumns, gt, isNotNull, lt, type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import { type Ctx, isPermitted } from '../../../core/context'
import { decodeCursor, toPage } from '../../../core/paging'
import type { Needed } from '../../../core/permissions'
import { query } from '../../../core/verb'
import { terminalNotFound, visibleTerminals } from '../../terminals'
import { terminals } from '../../terminals/tables'
import type { KeyFileRow } from '../moves'
import { keyFiles, keyLoads } from '../tables'
import { codeOfRule } from './rules'
import { type DepositView, ListDepositsInput, TerminalDepositsInput } from './schemas'

/** Who reads keys sees every deposit for the terminals in sight; a key system sees its own. */
const permission: Needed = ['keys:read', 'keys:deposit']

const Position = z.tuple([z.uuid()])
const isRequested = isNotNull(keyLoads.requestedAt).mapWith(Boolean)

/** What was deposited, in the order of the deposits: page after page until there is no more, and from there on again later. */
export const listDeposits = query({ permission, input: ListDepositsInput }, async (ctx, input) => {
  const after = input.cursor === undefined ? undefined : decodeCursor(input.cursor, Position)[0]
  const rows = await seenDeposits(ctx, [
    input.batch === undefined ? undefined : eq(keyFiles.batch, input.batch),
    after === undefined ? undefined : gt(keyFiles.id, after),
  ])
    .orderBy(asc(keyFiles.id))
    .limit(input.limit + 1)
  return toPage(
    rows,
    input.limit,
    ({ file }) => [file.id],
    (row) => toDepositView(row),
  )
})

/** What was deposited for one terminal, newest first, and whether it asks for keys. `terminal_not_found`. */
export const listTerminalDeposits = query(
  { permission, input: TerminalDepositsInput },
  async (ctx, input) => {
    const [terminal] = await ctx.db
      .select({ id: terminals.id, serial: terminals.serial, requestedAt: keyLoads.requestedAt })
      .from(terminals)
      .leftJoin(keyLoads, eq(keyLoads.terminalId, terminals.id))
      .where(and(eq(terminals.serial, input.serial), visibleTerminals(ctx)))
    if (terminal === undefined) throw terminalNotFound()
    const before = input.cursor === undefined ? undefined : decodeCursor(input.cursor, Position)[0]
    const rows = await seenDeposits(ctx, [
      eq(keyFiles.terminalId, terminal.id),
      before === undefined ? undefined : lt(keyFiles.id, before),
    ])
      .orderBy(desc(keyFiles.id))
      .limit(input.limit + 1)
    const page = toPage(
      rows,
      input.limit,
      ({ file }) => [file.id],
      (row) => toDepositView(row),
    )
    const { serial, requestedAt } = terminal
    return {
      serial,
      requested: requestedAt !== null,
      requestedAt: requestedAt?.toISOString() ?? null,
      ...page,
    }
  },
)

function seenDeposits(ctx: Ctx, conditions: readonly (SQL | undefined)[]) {
  return ctx.db
    .select({ file: getTableColumns(keyFiles), serial: terminals.serial, isRequested })
    .from(keyFiles)
    .innerJoin(terminals, eq(terminals.id, keyFiles.terminalId))
    .leftJoin(keyLoads, eq(keyLoads.terminalId, keyFiles.terminalId))
    .where(and(visibleTerminals(ctx), isOwn(ctx), ...conditions))
    .$dynamic()
}

function isOwn({ actor }: Ctx): SQL | undefined {
  if (isPermitted(actor, 'keys:read')) return undefined
  return actor.kind === 'integrator' ? eq(keyFiles.depositorId, actor.id) : sql`false`
}

/** A file as a key system is told of it; never bytes, nor where they are. */
export function toDepositView({
  file,
  serial,
  isRequested,
}: {
  file: KeyFileRow
  serial: string
  isRequested: boolean
}): DepositView {
  return {
    fileId: file.id,
    serial,
    sequence: file.sequence,
    batch: file.batch,
    kind: file.kind,
    sha256: file.sha256,
    sizeBytes: file.sizeBytes,
    depositedAt: file.depositedAt.toISOString(),
    state: file.state,
    stateAt: file.stateAt.toISOString(),
    reason: file.reason,
    notAfter: file.notAfter?.toISOString() ?? null,
    warnings: file.warnings.map((rule) => ({ rule, code: codeOfRule(rule) })),
    installedKcvs: file.reportedKcvs,
    requested: isRequested,
  }
}
