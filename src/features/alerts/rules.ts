import { sql } from 'drizzle-orm'
import type { Ctx } from '../../core/context'
import { ALERT_KINDS, type AlertKind, GROUPED_FROM, KIND_FACTS } from './lists'
import { alertRules } from './tables'

/** A rule as it is followed: what an administrator has set, or what the program begins with. */
export type Rule = Omit<typeof alertRules.$inferSelect, 'updatedAt' | 'updatedBy'> & {
  updatedAt: Date | null
  updatedBy: string | null
}

/** What is followed while nobody has changed a rule. */
export function defaultRule(kind: AlertKind): Rule {
  const { severity, defaults } = KIND_FACTS[kind]
  return {
    kind,
    isOn: true,
    severity,
    ...defaults,
    groupedFrom: GROUPED_FROM,
    inBell: true,
    recipientIds: [],
    revision: 0,
    updatedAt: null,
    updatedBy: null,
  }
}

/** Every rule, in the order of the kinds. */
export async function loadRules({ db }: Pick<Ctx, 'db'>): Promise<Rule[]> {
  const rows = await db.select().from(alertRules)
  return ALERT_KINDS.map((kind) => rows.find((row) => row.kind === kind) ?? defaultRule(kind))
}

/** One rule; no other call changes it until the transaction ends. */
export async function lockRule({ db }: Pick<Ctx, 'db'>, kind: AlertKind): Promise<Rule> {
  await db.execute(sql`select pg_advisory_xact_lock(7733032, hashtext(${kind}))`)
  const [row] = await db.select().from(alertRules).where(sql`${alertRules.kind} = ${kind}`)
  return row ?? defaultRule(kind)
}
