import { and, asc, eq, inArray, type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import { type Ctx, visibilityOf } from '../../../core/context'
import { newId } from '../../../core/ids'
import { escapeLike } from '../../../core/like'
import { decodeCursor, toPage } from '../../../core/paging'
import { mutation, query } from '../../../core/verb'
import {
  externalIdTaken,
  groupNameTaken,
  groupNotFound,
  merchantNotFound,
  outsideYourLimits,
  placeInLimits,
} from '../errors'
import { isDuplicate } from '../queries'
import {
  GroupInput,
  GroupRef,
  MerchantInput,
  MerchantRef,
  NamedListInput,
  UpdateGroupInput,
  UpdateMerchantInput,
} from '../schemas'
import { merchants, terminalGroupMembers, terminalGroups, terminals } from '../tables'

/** Groups and merchants: what terminals belong to, and by which people's sight of them is limited. */
type Group = typeof terminalGroups.$inferSelect
type Merchant = typeof merchants.$inferSelect

/** Making and changing places changes what others may see: not for callers whose own sight is limited. */
function requireNoLimits(ctx: Pick<Ctx, 'actor'>): void {
  if (visibilityOf(ctx.actor).kind !== 'all') throw outsideYourLimits()
}

export const createGroup = mutation(
  { permission: 'groups:write', input: GroupInput },
  async (scope, input) => {
    requireNoLimits(scope)
    const row = { id: newId(), ...input, createdAt: scope.clock.now() }
    await named(scope.db.insert(terminalGroups).values(row), 'terminal_groups_name', groupNameTaken)
    scope.audit({ action: 'group.created', subject: groupSubject(row), after: input })
    return groupView(row)
  },
)

/** `group_not_found`, also of one out of the caller's sight. */
export const getGroup = query({ permission: 'groups:read', input: GroupRef }, async (ctx, { groupId }) => {
  const visibility = visibilityOf(ctx.actor)
  const isSeen = visibility.kind === 'all' || visibility.groupIds.includes(groupId)
  const [row] = isSeen ? await ctx.db.select().from(terminalGroups).where(eq(terminalGroups.id, groupId)) : []
  if (row === undefined) throw groupNotFound()
  return groupView(row)
})

export const updateGroup = mutation(
  { permission: 'groups:write', input: UpdateGroupInput },
  async (scope, input) => {
    requireNoLimits(scope)
    const { groupId, ...values } = input
    const [row] = await scope.db
      .select()
      .from(terminalGroups)
      .where(eq(terminalGroups.id, groupId))
      .for('update')
    if (row === undefined) throw groupNotFound()
    const after = { ...row, ...dropUndefined(values) }
    if (JSON.stringify(after) === JSON.stringify(row)) scope.nothingChanged()
    else {
      const change = scope.db
        .update(terminalGroups)
        .set({ name: after.name, notes: after.notes })
        .where(eq(terminalGroups.id, groupId))
      await named(change, 'terminal_groups_name', groupNameTaken)
      scope.audit({
        action: 'group.updated',
        subject: groupSubject(row),
        before: { name: row.name, notes: row.notes },
        after: { name: after.name, notes: after.notes },
      })
    }
    return groupView(after)
  },
)

/** Its terminals stay; the answer says how many left the group. `place_in_limits` */
export const deleteGroup = mutation({ permission: 'groups:write', input: GroupRef }, async (scope, input) => {
  requireNoLimits(scope)
  const [row] = await scope.db
    .select()
    .from(terminalGroups)
    .where(eq(terminalGroups.id, input.groupId))
    .for('update')
  if (row === undefined) throw groupNotFound()
  await requireInNoLimits(scope, 'groupIds', row.id)
  const left = await scope.db
    .delete(terminalGroupMembers)
    .where(eq(terminalGroupMembers.groupId, row.id))
    .returning({ terminalId: terminalGroupMembers.terminalId })
  await scope.db.delete(terminalGroups).where(eq(terminalGroups.id, row.id))
  scope.audit({
    action: 'group.deleted',
    subject: groupSubject(row),
    before: { name: row.name, terminals: left.length },
  })
  scope.changed({ topic: 'terminals' })
  return { terminals: left.length }
})

/**
 * Limits to what is gone show nothing, and nobody would be told: refused while they name it. The place is held by the caller,
 * and limits hold what they name while they are set, so none comes in between. A revoked key does not count: it is not changed
 * any more.
 */
async function requireInNoLimits({ db }: Pick<Ctx, 'db'>, field: 'groupIds' | 'merchantIds', id: string) {
  const names = sql`lower(visibility ->> ${field})::jsonb @> to_jsonb(${id}::text)`
  const [found] = (await db.execute(sql`
    select (select count(*) from operators where ${names})::int as operators,
      (select count(*) from api_keys where revoked_at is null and ${names})::int as "apiKeys",
      (select count(*) from webhook_endpoints where ${names})::int as webhooks`)) as unknown as {
    operators: number
    apiKeys: number
    webhooks: number
  }[]
  if (found !== undefined && found.operators + found.apiKeys + found.webhooks > 0)
    throw placeInLimits({ values: found })
}

const Position = z.tuple([z.string(), z.uuid()])

export const listGroups = query({ permission: 'groups:read', input: NamedListInput }, async (ctx, input) => {
  const visibility = visibilityOf(ctx.actor)
  const rows = await ctx.db
    .select()
    .from(terminalGroups)
    .where(
      and(
        visibility.kind === 'all' ? undefined : amongst(terminalGroups.id, visibility.groupIds),
        byName(sql`lower(${terminalGroups.name})`, sql`${terminalGroups.id}`, input),
      ),
    )
    .orderBy(asc(sql`lower(${terminalGroups.name}) collate "C"`), asc(terminalGroups.id))
    .limit(input.limit + 1)
  return toPage(rows, input.limit, (row) => [row.name.toLowerCase(), row.id], groupView)
})

export const createMerchant = mutation(
  { permission: 'merchants:write', input: MerchantInput },
  async (scope, input) => {
    requireNoLimits(scope)
    const row = { id: newId(), ...input, createdAt: scope.clock.now() }
    await named(scope.db.insert(merchants).values(row), 'merchants_external_id_key', externalIdTaken)
    scope.audit({ action: 'merchant.created', subject: merchantSubject(row), after: input })
    return merchantView(row)
  },
)

export const updateMerchant = mutation(
  { permission: 'merchants:write', input: UpdateMerchantInput },
  async (scope, input) => {
    requireNoLimits(scope)
    const { merchantId, ...values } = input
    const [row] = await scope.db.select().from(merchants).where(eq(merchants.id, merchantId)).for('update')
    if (row === undefined) throw merchantNotFound()
    const after = { ...row, ...dropUndefined(values) }
    if (JSON.stringify(after) === JSON.stringify(row)) scope.nothingChanged()
    else {
      const change = scope.db
        .update(merchants)
        .set({ name: after.name, externalId: after.externalId })
        .where(eq(merchants.id, merchantId))
      await named(change, 'merchants_external_id_key', externalIdTaken)
      scope.audit({
        action: 'merchant.updated',
        subject: merchantSubject(row),
        before: merchantView(row),
        after: merchantView(after),
      })
    }
    return merchantView(after)
  },
)

/** Its terminals stay and belong to no merchant then; the answer says how many. `place_in_limits` */
export const deleteMerchant = mutation(
  { permission: 'merchants:write', input: MerchantRef },
  async (scope, input) => {
    requireNoLimits(scope)
    const [row] = await scope.db
      .select()
      .from(merchants)
      .where(eq(merchants.id, input.merchantId))
      .for('update')
    if (row === undefined) throw merchantNotFound()
    await requireInNoLimits(scope, 'merchantIds', row.id)
    // In the order in which bulk work locks them.
    await scope.db
      .select({ id: terminals.id })
      .from(terminals)
      .where(eq(terminals.merchantId, row.id))
      .orderBy(asc(terminals.id))
      .for('no key update')
    const left = await scope.db
      .update(terminals)
      .set({ merchantId: null })
      .where(eq(terminals.merchantId, row.id))
      .returning({ id: terminals.id })
    await scope.db.delete(merchants).where(eq(merchants.id, row.id))
    scope.audit({
      action: 'merchant.deleted',
      subject: merchantSubject(row),
      before: { ...merchantView(row), terminals: left.length },
    })
    return { terminals: left.length }
  },
)

/** `merchant_not_found`, also of one out of the caller's sight. */
export const getMerchant = query(
  { permission: 'merchants:read', input: MerchantRef },
  async (ctx, { merchantId }) => {
    const visibility = visibilityOf(ctx.actor)
    const isSeen = visibility.kind === 'all' || visibility.merchantIds.includes(merchantId)
    const [row] = isSeen ? await ctx.db.select().from(merchants).where(eq(merchants.id, merchantId)) : []
    if (row === undefined) throw merchantNotFound()
    return merchantView(row)
  },
)

export const listMerchants = query(
  { permission: 'merchants:read', input: NamedListInput },
  async (ctx, input) => {
    const visibility = visibilityOf(ctx.actor)
    const rows = await ctx.db
      .select()
      .from(merchants)
      .where(
        and(
          visibility.kind === 'all' ? undefined : amongst(merchants.id, visibility.merchantIds),
          byName(sql`lower(${merchants.name})`, sql`${merchants.id}`, input),
        ),
      )
      .orderBy(asc(sql`lower(${merchants.name}) collate "C"`), asc(merchants.id))
      .limit(input.limit + 1)
    return toPage(rows, input.limit, (row) => [row.name.toLowerCase(), row.id], merchantView)
  },
)

function amongst(column: typeof merchants.id | typeof terminalGroups.id, ids: readonly string[]): SQL {
  return ids.length === 0 ? sql`false` : inArray(column, [...ids])
}

function byName(name: SQL, id: SQL, input: z.output<typeof NamedListInput>): SQL | undefined {
  const conditions: SQL[] = []
  if (input.ids !== undefined) conditions.push(sql`${id} in ${input.ids}`)
  if (input.search)
    conditions.push(sql`${name} collate "C" like ${`${escapeLike(input.search.toLowerCase())}%`}`)
  if (input.cursor !== undefined) {
    const [lastName, lastId] = decodeCursor(input.cursor, Position)
    conditions.push(sql`(${name} collate "C", ${id}) > (${lastName}, ${lastId}::uuid)`)
  }
  return and(...conditions)
}

/** Runs a write whose name may be taken: the index is the judge. */
async function named(write: PromiseLike<unknown>, index: string, refusal: () => Error): Promise<void> {
  try {
    await write
  } catch (error) {
    throw isDuplicate(error, index) ? refusal() : error
  }
}

function dropUndefined<Values extends object>(values: Values): Partial<Values> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined),
  ) as Partial<Values>
}

const groupSubject = (row: Pick<Group, 'id' | 'name'>) => ({ kind: 'group', id: row.id, label: row.name })
const merchantSubject = (row: Pick<Merchant, 'id' | 'name'>) => ({
  kind: 'merchant',
  id: row.id,
  label: row.name,
})
const groupView = (row: Group) => ({ id: row.id, name: row.name, notes: row.notes })
const merchantView = (row: Merchant) => ({ id: row.id, name: row.name, externalId: row.externalId })
