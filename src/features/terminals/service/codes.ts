import { and, desc, eq, inArray, isNull, lt, type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import { type Ctx, callerName } from '../../../core/context'
import { newId } from '../../../core/ids'
import { decodeCursor, pageInput, toPage } from '../../../core/paging'
import { hashToken, mintEnrollmentCode, normalizeEnrollmentCode } from '../../../core/tokens'
import { type MutationScope, mutation, query } from '../../../core/verb'
import { mayEnroll } from '../decide'
import { alreadyActive, codeBeyondLimits, codeNotFound, terminalsNotFound } from '../errors'
import { IssueCodeInput, type IssuedCode } from '../schemas'
import { enrollmentCodes, enrollmentCodeTerminals, terminals } from '../tables'
import { visibleTerminals } from '../visibility'

const MS_PER_HOUR = 3_600_000
const CHUNK = 5_000
const NAMED = 20

/**
 * One code for many serial numbers; each may use it once. The code is in the answer and nowhere else. Earlier codes of
 * the same terminals stay good until they expire: an engineer may have one of them in hand.
 * `terminals_not_found` and `already_active` name the first serial numbers they are about.
 */
export const issueEnrollmentCode = mutation(
  { permission: 'terminals:enroll', input: IssueCodeInput },
  async (scope, input) => {
    const serials = [...new Set(input.serials)]
    const ids: string[] = []
    for (let at = 0; at < serials.length; at += CHUNK) {
      const chunk = serials.slice(at, at + CHUNK)
      const found = await scope.db
        .select({
          id: terminals.id,
          serial: terminals.serial,
          state: terminals.state,
          reopenedAt: terminals.reopenedAt,
        })
        .from(terminals)
        .where(and(inArray(terminals.serial, chunk), visibleTerminals(scope)))
      const known = new Set(found.map((one) => one.serial))
      const missing = chunk.filter((serial) => !known.has(serial))
      if (missing.length > 0) throw terminalsNotFound({ values: { serials: missing.slice(0, NAMED) } })
      const active = found.filter((one) => !mayEnroll(one)).map((one) => one.serial)
      if (active.length > 0) throw alreadyActive({ values: { serials: active.slice(0, NAMED) } })
      ids.push(...found.map((one) => one.id))
    }
    const label = serials.slice(0, 3).join(', ')
    return grantCode(scope, { terminalIds: ids, label, expiresInHours: input.expiresInHours })
  },
)

/** Makes the code of a verb that has found out which terminals may have one. */
export async function grantCode(
  scope: MutationScope,
  grant: { terminalIds: readonly string[]; label: string; expiresInHours: number | undefined },
): Promise<z.infer<typeof IssuedCode>> {
  const now = scope.clock.now()
  const hours = grant.expiresInHours ?? scope.settings.terminals.enrollmentCodeHours
  const expiresAt = new Date(now.getTime() + hours * MS_PER_HOUR)
  const enrollmentCode = mintEnrollmentCode()
  const codeId = newId(now.getTime())
  const { terminalIds } = grant
  await scope.db.insert(enrollmentCodes).values({
    id: codeId,
    codeHash: hashToken(normalizeEnrollmentCode(enrollmentCode)),
    createdBy: callerName(scope.actor),
    createdAt: now,
    expiresAt,
  })
  for (let at = 0; at < terminalIds.length; at += CHUNK) {
    const some = JSON.stringify(terminalIds.slice(at, at + CHUNK))
    await scope.db.execute(sql`
      insert into enrollment_code_terminals (code_id, terminal_id)
      select ${codeId}::uuid, id::uuid from jsonb_array_elements_text(${some}::text::jsonb) as t(id)`)
  }
  scope.audit({
    action: 'enrollment_code.issued',
    subject: { kind: 'enrollment_code', id: codeId, label: grant.label },
    after: { terminals: terminalIds.length, expiresAt: expiresAt.toISOString() },
  })
  return { codeId, enrollmentCode, expiresAt: expiresAt.toISOString(), terminals: terminalIds.length }
}

/** A code that also opens the door for terminals out of the caller's sight is not the caller's to end. */
function isWhollyVisible(ctx: Pick<Ctx, 'actor'>): SQL {
  return sql`not exists (select from ${enrollmentCodeTerminals} join ${terminals} on ${terminals.id} = ${enrollmentCodeTerminals.terminalId}
    where ${enrollmentCodeTerminals.codeId} = ${enrollmentCodes.id} and not (${visibleTerminals(ctx)}))`
}

export const CodeRef = z.object({ codeId: z.uuid() })

/**
 * Ends a code; secrets already handed out for it and never used end with it. `enrollment_code_not_found`, and
 * `enrollment_code_beyond_limits` of one that is also for terminals that the caller does not see.
 */
export const revokeEnrollmentCode = mutation(
  { permission: 'terminals:enroll', input: CodeRef },
  async (scope, input) => {
    const [code] = await scope.db
      .select()
      .from(enrollmentCodes)
      .where(and(eq(enrollmentCodes.id, input.codeId), isPartlyVisible(scope)))
      .for('update')
    if (code === undefined) throw codeNotFound()
    const [own] = await scope.db
      .select({ id: enrollmentCodes.id })
      .from(enrollmentCodes)
      .where(and(eq(enrollmentCodes.id, code.id), isWhollyVisible(scope)))
    if (own === undefined) throw codeBeyondLimits()
    if (code.revokedAt !== null) {
      scope.nothingChanged()
      return { codeId: code.id }
    }
    const now = scope.clock.now()
    await scope.db.update(enrollmentCodes).set({ revokedAt: now }).where(eq(enrollmentCodes.id, code.id))
    await scope.db.execute(sql`
    update credentials set state = 'ended', ended_at = ${now.toISOString()}
    where origin = 'enrollment' and origin_id = ${code.id} and state = 'pending'`)
    scope.audit({
      action: 'enrollment_code.revoked',
      subject: { kind: 'enrollment_code', id: code.id, label: code.createdBy },
      after: { isRevoked: true },
    })
    return { codeId: code.id }
  },
)

export const ListCodesInput = z.object({
  ...pageInput,
  isOpen: z.boolean().default(true).describe('Only codes that can still be used.'),
  terminalId: z.uuid().optional().describe('Only codes for this terminal.'),
})
export const CodeView = z.object({
  id: z.uuid(),
  createdBy: z.string(),
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  revokedAt: z.iso.datetime().nullable(),
  terminals: z.number().int().describe('That the caller sees.'),
  spent: z.number().int().describe('Of those: it has been used for so many.'),
  isWithinLimits: z
    .boolean()
    .describe('False: it is for terminals that the caller does not see as well, and not theirs to revoke.'),
})

const Position = z.tuple([z.uuid()])

/** Counts are of the terminals that the caller sees. */
const listed = (ctx: Pick<Ctx, 'actor'>) => {
  const seen = sql`enrollment_code_terminals m join terminals on terminals.id = m.terminal_id and ${visibleTerminals(ctx)}
    where m.code_id = enrollment_codes.id`
  return {
    id: enrollmentCodes.id,
    createdBy: enrollmentCodes.createdBy,
    createdAt: enrollmentCodes.createdAt,
    expiresAt: enrollmentCodes.expiresAt,
    revokedAt: enrollmentCodes.revokedAt,
    terminals: sql<number>`(select count(*)::int from ${seen})`,
    spent: sql<number>`(select count(m.spent_at)::int from ${seen})`,
    isWithinLimits: sql<boolean>`(${isWhollyVisible(ctx)})`,
  }
}

/** For at least one terminal that the caller sees. */
const isPartlyVisible = (ctx: Pick<Ctx, 'actor'>, more: SQL = sql`true`) =>
  sql`exists (select from ${enrollmentCodeTerminals} join ${terminals} on ${terminals.id} = ${enrollmentCodeTerminals.terminalId}
    where ${enrollmentCodeTerminals.codeId} = ${enrollmentCodes.id} and ${visibleTerminals(ctx)} and ${more})`

/** What a code is for; never the code itself. `enrollment_code_not_found`. */
export const getEnrollmentCode = query(
  { permission: 'terminals:enroll', input: CodeRef },
  async (ctx, { codeId }) => {
    const [row] = await ctx.db
      .select(listed(ctx))
      .from(enrollmentCodes)
      .where(and(eq(enrollmentCodes.id, codeId), isPartlyVisible(ctx)))
    if (row === undefined) throw codeNotFound()
    return toView(row)
  },
)

/** Codes by what they are for, newest first; never the codes themselves. */
export const listEnrollmentCodes = query(
  { permission: 'terminals:enroll', input: ListCodesInput },
  async (ctx, input) => {
    const conditions: (SQL | undefined)[] = [
      isPartlyVisible(ctx, input.terminalId === undefined ? undefined : eq(terminals.id, input.terminalId)),
      input.isOpen ? isNull(enrollmentCodes.revokedAt) : undefined,
      input.isOpen ? sql`${enrollmentCodes.expiresAt} > ${ctx.clock.now().toISOString()}` : undefined,
      input.cursor === undefined
        ? undefined
        : lt(enrollmentCodes.id, decodeCursor(input.cursor, Position)[0]),
    ]
    const rows = await ctx.db
      .select(listed(ctx))
      .from(enrollmentCodes)
      .where(and(...conditions))
      .orderBy(desc(enrollmentCodes.id))
      .limit(input.limit + 1)
    return toPage(rows, input.limit, (row) => [row.id], toView)
  },
)

type ListedCode = Pick<
  typeof enrollmentCodes.$inferSelect,
  'id' | 'createdBy' | 'createdAt' | 'expiresAt' | 'revokedAt'
> & { terminals: number; spent: number; isWithinLimits: boolean }

function toView(row: ListedCode): z.infer<typeof CodeView> {
  return {
    ...row,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    revokedAt: row.revokedAt?.toISOString() ?? null,
  }
}
