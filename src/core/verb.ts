import { sql as sqlTemplate } from 'drizzle-orm'
import type { z } from 'zod'
import type { Database } from '../db/client'
import {
  type Actor,
  type AuditCaller,
  type Ctx,
  callerName,
  requireFresh,
  requirePermission,
} from './context'
import { databaseFailure } from './database-failure'
import { Failure, type FieldIssue, isFailure } from './errors'
import type { Needed } from './permissions'
import { findUnstorable } from './storable'

/**
 * A verb is a recipe: permission, parse, transaction, load, decide, write, audit in the same transaction, return.
 * `query` and `mutation` keep the first three and the audit, so that no verb can leave them out; what is in between
 * is the verb's own. All transports call verbs and nothing else.
 */
export interface Verb<Input extends z.ZodType, Output> {
  (ctx: Ctx, input: z.input<Input>): Promise<Output>
  /** The same for a transport that has parsed the input by `input` already. */
  parsed(ctx: Ctx, input: z.output<Input>): Promise<Output>
  readonly kind: 'query' | 'mutation'
  readonly permission: Needed
  readonly input: Input
}

export interface AuditSubject {
  kind: string
  id: string
  /** What a person calls it: serial number, file name, user name. */
  label: string
}

export interface AuditEntry {
  /** `subject.verb` in the past tense: `terminal.suspended`. */
  action: string
  subject: AuditSubject
  before?: Record<string, unknown> | undefined
  after?: Record<string, unknown> | undefined
  /** Who did it, where that came out only during the work; else who calls. */
  actor?: Actor | undefined
}

/** What running servers must hear of: they forget what they know about the subject. */
export interface Change {
  topic: 'terminal' | 'terminals' | 'api_key' | 'operator' | 'settings'
  /** The terminal, key or operator; absent where everything of the topic may have changed. */
  subjectId?: string
}

export interface MutationScope extends Ctx {
  audit(entry: AuditEntry): void
  changed(change: Change): void
  /** Says that the input asks for what is so already: no audit row is owed. */
  nothingChanged(): void
  /** Says that only what nobody but the caller can see has changed, such as a message still on its way: none either. */
  changedNothingShared(): void
}

interface VerbSpec<Input extends z.ZodType> {
  permission: Needed
  input: Input
  /** Of what matters most: a person must have proved within FRESH_MINUTES who they are. */
  isFresh?: true
}

export function query<Input extends z.ZodType, Output>(
  spec: VerbSpec<Input>,
  run: (ctx: Ctx, input: z.output<Input>) => Promise<Output>,
): Verb<Input, Output> {
  return toVerb('query', spec, (ctx, input) => run(withoutOnce(ctx), input))
}

export function mutation<Input extends z.ZodType, Output>(
  spec: VerbSpec<Input>,
  run: (scope: MutationScope, input: z.output<Input>) => Promise<Output>,
): Verb<Input, Output> {
  return toVerb('mutation', spec, (ctx, input) => inMutation(ctx, (scope) => run(scope, input)))
}

/**
 * A verb that consists of other mutations, each in its own transaction and with its own audit row: for work of which
 * one part may fail and the others stand, such as the files of a bundle. It writes nothing by itself.
 */
export function mutations<Input extends z.ZodType, Output>(
  spec: VerbSpec<Input>,
  run: (ctx: Ctx, input: z.output<Input>) => Promise<Output>,
): Verb<Input, Output> {
  return toVerb('mutation', spec, (ctx, input) =>
    ctx.once === undefined ? run(ctx, input) : ctx.once.around((once) => run({ ...ctx, once }, input)),
  )
}

/** Reading is no write, also where it leaves a row behind. */
function withoutOnce(ctx: Ctx): Ctx {
  return ctx.once === undefined ? ctx : { ...ctx, once: undefined }
}

function requireStorable(input: unknown): void {
  const path = findUnstorable(input)
  if (path === undefined) return
  const message = 'contains a character that cannot be stored (U+0000 or half a surrogate pair)'
  throw new Failure('invalid_input', 'invalid_characters', `${path}: ${message}`, {
    issues: [{ path, message }],
  })
}

/** A query that goes on: yields until its caller goes away or the server drains. */
export interface Watch<Input extends z.ZodType, Item> {
  readonly permission: Needed
  readonly input: Input
  run(ctx: Ctx, input: z.output<Input>, signal: AbortSignal): AsyncGenerator<Item, void>
}

export function watch<Input extends z.ZodType, Item>(
  spec: VerbSpec<Input>,
  run: (ctx: Ctx, input: z.output<Input>, signal: AbortSignal) => AsyncGenerator<Item, void>,
): Watch<Input, Item> {
  return {
    ...spec,
    run(ctx, input, signal) {
      requirePermission(ctx.actor, spec.permission)
      return run(ctx, input, signal)
    },
  }
}

function toVerb<Input extends z.ZodType, Output>(
  kind: 'query' | 'mutation',
  spec: VerbSpec<Input>,
  run: (ctx: Ctx, input: z.output<Input>) => Promise<Output>,
): Verb<Input, Output> {
  const parsed = async (ctx: Ctx, input: z.output<Input>): Promise<Output> => {
    requirePermission(ctx.actor, spec.permission)
    if (spec.isFresh) requireFresh(ctx)
    requireStorable(input)
    try {
      return await run(ctx, input)
    } catch (error) {
      throw isFailure(error) ? error : (databaseFailure(error) ?? error)
    }
  }
  const verb = async (ctx: Ctx, input: z.input<Input>): Promise<Output> => {
    requirePermission(ctx.actor, spec.permission)
    return parsed(ctx, parseInput(spec.input, input))
  }
  return Object.assign(verb, { kind, parsed, ...spec })
}

/** Refuses what does not fit as `invalid_input`, naming every field at once. */
export function parseInput<Input extends z.ZodType>(schema: Input, input: unknown): z.output<Input> {
  const result = schema.safeParse(input)
  if (result.success) return result.data
  throw invalidInput(result.error)
}

export function invalidInput(error: z.ZodError): Failure {
  const issues: FieldIssue[] = error.issues
    .slice(0, 50)
    .map((issue) => ({ path: issue.path.join('.'), message: issue.message }))
  const first = issues[0]
  const where = first === undefined || first.path === '' ? '' : `${first.path}: `
  return new Failure('invalid_input', 'invalid_input', `${where}${first?.message ?? 'invalid'}`, { issues })
}

interface TransactionalDatabase extends Database {
  transaction<T>(run: (tx: Database) => Promise<T>): Promise<T>
}

/**
 * One transaction for what terminals hand over and what the server concludes from it: such rows are their own record
 * and owe no audit. Everything a person or a program asks for goes through `mutation`.
 */
export async function inTransaction<Output>(ctx: Ctx, run: (ctx: Ctx) => Promise<Output>): Promise<Output> {
  return (ctx.db as TransactionalDatabase).transaction((tx) => run({ ...ctx, db: tx }))
}

/**
 * Runs a write in one transaction and closes it with what it owes: audit rows and change-feed rows, appended under the
 * sequencer's lock as the last statement (see drizzle/0001_core.sql), so that readers in order never miss a late
 * commit and nobody holds that lock while working. Writes without an audit row are a mistake of the code: refused.
 */
export async function inMutation<Output>(
  ctx: Ctx,
  run: (scope: MutationScope) => Promise<Output>,
): Promise<Output> {
  const { once } = ctx
  return (ctx.db as TransactionalDatabase).transaction(async (tx) => {
    const before = await once?.claim(tx)
    if (before !== undefined) return before.output as Output
    const entries: AuditEntry[] = []
    const changes: Change[] = []
    let isUnchanged = false
    const scope: MutationScope = {
      ...withoutOnce(ctx),
      db: tx,
      audit: (entry) => entries.push(entry),
      changed: (change) => changes.push(change),
      nothingChanged: () => {
        isUnchanged = true
      },
      changedNothingShared: () => {
        isUnchanged = true
      },
    }
    const output = await run(scope)
    if (entries.length === 0 && !isUnchanged)
      throw new Failure('internal', 'mutation_without_audit', 'A mutation ended without an audit row.')
    await once?.keep(tx, output)
    if (entries.length > 0 || changes.length > 0) await append(ctx, tx, entries, changes)
    return output
  })
}

/**
 * Audit rows of what changes nothing, such as a refusal or a file that leaves: by the same sequencer, in a transaction of
 * their own.
 */
export async function appendAudit(caller: AuditCaller, db: Database, entry: AuditEntry): Promise<void> {
  await append(caller, db, [entry], [])
}

async function append(
  ctx: AuditCaller,
  tx: Database,
  entries: AuditEntry[],
  changes: Change[],
): Promise<void> {
  const rows = entries.map((entry) => ({
    ...auditActor(entry.actor ?? ctx.actor),
    action: entry.action,
    subject_kind: entry.subject.kind,
    subject_id: entry.subject.id,
    subject_label: entry.subject.label,
    changes: changedFields(entry.before, entry.after),
    request_id: ctx.requestId,
    address: ctx.address ?? null,
  }))
  const feed = changes.map((change) => ({ topic: change.topic, subject_id: change.subjectId ?? null }))
  await tx.execute(
    sqlTemplate`select psm_append(${JSON.stringify(rows)}::text::jsonb, ${JSON.stringify(feed)}::text::jsonb)`,
  )
}

/** Tells the servers of changes that owe no audit row; the last statement of its transaction. */
export async function appendChanges(tx: Database, changes: readonly Change[]): Promise<void> {
  const feed = changes.map((change) => ({ topic: change.topic, subject_id: change.subjectId ?? null }))
  await tx.execute(sqlTemplate`select psm_append('[]'::jsonb, ${JSON.stringify(feed)}::text::jsonb)`)
}

function auditActor(actor: Actor): { actor_kind: string; actor_id: string | null; actor_name: string } {
  if (actor.kind === 'job') return { actor_kind: 'job', actor_id: null, actor_name: actor.name }
  return { actor_kind: actor.kind, actor_id: actor.id, actor_name: callerName(actor) }
}

/** Only what differs goes into the audit row: `{field: {before, after}}`. */
function changedFields(before: AuditEntry['before'], after: AuditEntry['after']) {
  const fields: Record<string, { before: unknown; after: unknown }> = {}
  for (const name of new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])) {
    const was = before?.[name] ?? null
    const is = after?.[name] ?? null
    if (JSON.stringify(was) !== JSON.stringify(is)) fields[name] = { before: was, after: is }
  }
  return fields
}
