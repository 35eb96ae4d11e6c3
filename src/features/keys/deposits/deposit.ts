import { hash } from 'node:crypto'
import { and, asc, eq, inArray, max, sql } from 'drizzle-orm'
import { type Ctx, callerName } from '../../../core/context'
import type { Failure } from '../../../core/errors'
import { newId } from '../../../core/ids'
import { inMutation, type MutationScope, mutations } from '../../../core/verb'
import type { Database } from '../../../db/client'
import { terminalStatus } from '../../monitoring/status/tables'
import { requireKeyStands } from '../../operators'
import { isLive, terminalNotFound, subjectOf as terminalSubject, visibleTerminals } from '../../terminals'
import { terminals } from '../../terminals/tables'
import { mayHoldClearKey } from '../block/clear-key'
import { DEFAULT_KEY_POLICY, type KeyPolicy } from '../block/policy'
import { type DepositVerdict, judgeDeposit } from '../decide'
import { keyFileRefused, keySequenceConflict, keySequenceOld } from '../errors'
import { DELIVERABLE, type KeyAlarm } from '../lists'
import { alarmed, factsOf, type KeyFileRow, lockLoad, moveFile, subjectOf } from '../moves'
import { type Binding, type SealedFile, sealKeyFile, wrapForRow } from '../objects'
import { keyFiles, keyLoads, keyObjects, keyPrints } from '../tables'
import { type CheckedFile, checkDeposit } from './check'
import { toDepositView } from './find'
import { findRepeats, lockPrints, type Print } from './repeats'
import type { Broken } from './rules'
import { DepositInput, type DepositView } from './schemas'

/** One call, with what was found out about it on the way. */
interface Attempt {
  input: DepositInput
  sha256: string
}

interface Terminal {
  id: string
  serial: string
  isLive: boolean
  transportKeyKcv: string | null
  reportedKcv: string | null
}

export interface Deposited {
  outcome: 'created' | 'same'
  deposit: DepositView
}

/**
 * Takes a file of keys for one terminal. The bytes are sealed and stored before anything says that they are there; a
 * refusal is an audit row of its own, which stays. The same bytes again change nothing.
 * `terminal_not_found`, `key_sequence_conflict`, `key_sequence_old`, `key_file_refused`.
 */
export const depositKeys = mutations(
  { permission: 'keys:deposit', input: DepositInput },
  async (ctx, input): Promise<Deposited> => {
    const attempt = { input, sha256: hash('sha256', input.bytes, 'hex') }
    const terminal = await findTerminal(ctx, input.serial)
    // Nobody is registered by a deposit (PCI PIN 30-3), and whoever is out of service gets no keys.
    if (terminal === undefined || !terminal.isLive)
      return refuse(ctx, attempt, terminalNotFound(), { terminal: terminal ?? null })
    const { verdict, same } = await judge(ctx.db, terminal.id, attempt)
    if (same !== undefined) return asSame(ctx.db, same, terminal)
    if (verdict !== 'new') return refuse(ctx, attempt, refusalOf(verdict), { terminal })
    const now = ctx.clock.now()
    const checked = checkDeposit(
      input,
      { serial: terminal.serial, registeredKcv: terminal.transportKeyKcv, reportedKcv: terminal.reportedKcv },
      { policy: policyOf(ctx), now },
    )
    if (!checked.isFit) return refuse(ctx, attempt, brokenRules(checked.problems), { terminal, ...checked })
    return keep(ctx, attempt, terminal, checked.file)
  },
)

function policyOf({ settings }: Ctx): KeyPolicy {
  const { denyTestKeys, deprecatedBlocks } = settings.keys
  return { ...DEFAULT_KEY_POLICY, denyTestKeys, allowDeprecatedVariant: deprecatedBlocks }
}

/** Seals first: what the transaction then refuses, or a crash, leaves an object that no file has, for the sweep. */
async function keep(ctx: Ctx, attempt: Attempt, terminal: Terminal, file: CheckedFile): Promise<Deposited> {
  const id = newId(ctx.clock.now().getTime())
  const binding = { id, terminalId: terminal.id, sha256: attempt.sha256 }
  const sealed = await sealKeyFile(ctx, binding, attempt.input.bytes)
  try {
    const outcome = await inMutation(ctx, (scope) =>
      insert(scope, { attempt, terminal, file, binding, sealed }),
    )
    return 'refusal' in outcome ? await refuse(ctx, attempt, outcome.refusal, { terminal }) : outcome
  } finally {
    sealed.dataKey.fill(0)
  }
}

interface Insertion {
  attempt: Attempt
  terminal: Terminal
  file: CheckedFile
  binding: Binding
  sealed: SealedFile
}

/** The row of the file, in the place of older ones; judged again, as others may have been quicker. */
async function insert(scope: MutationScope, insertion: Insertion): Promise<Deposited | { refusal: Failure }> {
  const { attempt, binding, sealed } = insertion
  const now = scope.clock.now()
  const load = await lockLoad(scope.db, binding.terminalId, now)
  await requireKeyStands(scope)
  const terminal = await findTerminal(scope, attempt.input.serial)
  const { verdict, same } = await judge(scope.db, binding.terminalId, attempt)
  if (!terminal?.isLive || verdict !== 'new') {
    await scope.db.update(keyObjects).set({ endedAt: now }).where(eq(keyObjects.blobKey, sealed.blobKey))
    scope.nothingChanged()
    if (!terminal?.isLive) return { refusal: terminalNotFound() }
    return same === undefined ? { refusal: refusalOf(verdict) } : asSame(scope.db, same, terminal)
  }
  for (const older of await findOlder(scope.db, binding.terminalId))
    await moveFile(
      scope,
      { file: older, load, serial: terminal.serial },
      { action: 'key.superseded', state: 'superseded', said: { supersededBy: attempt.input.sequence } },
    )
  return insertNewest(scope, insertion)
}

async function insertNewest(
  scope: MutationScope,
  { attempt: { input, sha256 }, terminal: { serial }, file, binding, sealed }: Insertion,
): Promise<Deposited> {
  const now = scope.clock.now()
  const { id, terminalId } = binding
  const prints = file.slots.flatMap(({ slot, kcv }): Print[] => {
    const block = file.blocks.get(slot) ?? null
    return kcv === null && block === null ? [] : [{ slot, kcv, block }]
  })
  await lockPrints(scope.db, prints)
  const repeats = await findRepeats(scope.db, terminalId, prints)
  const warnings = [...new Set([...file.warnings, ...repeats.warnings].map(({ rule }) => rule.number))]
  const { wrappingKey, wrapped } = await wrapForRow(scope, binding, sealed.dataKey)
  const state = scope.settings.keys.approval ? ('unapproved' as const) : ('available' as const)
  const [row] = await scope.db
    .insert(keyFiles)
    .values({
      id,
      terminalId,
      sequence: input.sequence,
      kind: file.kind,
      batch: input.batch ?? null,
      depositorId: scope.actor.kind === 'integrator' ? scope.actor.id : null,
      depositorName: callerName(scope.actor),
      depositedAt: now,
      sha256,
      sizeBytes: input.bytes.length,
      state,
      stateAt: now,
      notAfter: file.notAfter,
      offerId: newId(now.getTime()),
      slots: file.slots,
      transportKcv: file.transportKcv,
      warnings,
      blobKey: sealed.blobKey,
      wrappingKey,
      wrappedKey: wrapped,
    })
    .returning()
  if (row === undefined) throw new Error('A row that was just made is not there.')
  if (prints.length > 0)
    await scope.db
      .insert(keyPrints)
      .values(prints.map(({ slot, kcv, block }) => ({ fileId: id, slot, kcv, blockSha256: block })))
  const alarm = alarmOf(file, repeats.isAlarm)
  await scope.db
    .update(keyLoads)
    .set({
      ...{ state, stateAt: now, fileId: id, requestedAt: null },
      ...(alarm === null ? {} : alarmed(alarm, now)),
    })
    .where(eq(keyLoads.terminalId, terminalId))
  scope.audit({
    action: 'key.deposited',
    subject: subjectOf(row, serial),
    after: {
      state,
      ...factsOf(row),
      kind: row.kind,
      sizeBytes: row.sizeBytes,
      ...(row.batch === null ? {} : { batch: row.batch }),
      ...(row.notAfter === null ? {} : { notAfter: row.notAfter.toISOString() }),
      ...(warnings.length === 0 ? {} : { warnings }),
      ...(repeats.serials.length === 0 ? {} : { sameKeysAs: repeats.serials }),
      ...(alarm === null ? {} : { alarm }),
    },
  })
  scope.changed({ topic: 'terminal', subjectId: terminalId })
  return { outcome: 'created', deposit: toDepositView({ file: row, serial, isRequested: false }) }
}

function alarmOf({ warnings }: CheckedFile, isRepeated: boolean): KeyAlarm | null {
  if (isRepeated) return 'keys_repeated'
  return warnings.some(({ rule }) => rule.code === 'transport_key_differs') ? 'transport_key_differs' : null
}

/** What a newer file takes the place of: all that has not come to its end. */
function findOlder(db: Database, terminalId: string): Promise<KeyFileRow[]> {
  return db
    .select()
    .from(keyFiles)
    .where(
      and(
        eq(keyFiles.terminalId, terminalId),
        inArray(keyFiles.state, ['unapproved', ...DELIVERABLE, 'failed']),
      ),
    )
    .orderBy(asc(keyFiles.sequence))
    .for('update')
}

/** Exactly this serial number, in sight of the caller. */
async function findTerminal(ctx: Pick<Ctx, 'db' | 'actor'>, serial: string): Promise<Terminal | undefined> {
  const [row] = await ctx.db
    .select({
      id: terminals.id,
      serial: terminals.serial,
      state: terminals.state,
      transportKeyKcv: terminals.transportKeyKcv,
      reportedKcv: sql<string | null>`${terminalStatus.status} ->> 'transportKeyKcv'`,
    })
    .from(terminals)
    .leftJoin(terminalStatus, eq(terminalStatus.terminalId, terminals.id))
    .where(and(eq(terminals.serial, serial), visibleTerminals(ctx)))
  return row === undefined ? undefined : { ...row, isLive: isLive(row.state) }
}

/** What was revoked before a byte of it went out is as if it had never been: a number typed wrong shuts nobody out for ever. */
const wasEverHad = sql`not (${keyFiles.state} = 'revoked' and ${keyFiles.firstFetchedAt} is null)`

async function judge(
  db: Database,
  terminalId: string,
  { input, sha256 }: Attempt,
): Promise<{ verdict: DepositVerdict; same: KeyFileRow | undefined }> {
  const [known] = await db
    .select()
    .from(keyFiles)
    .where(and(eq(keyFiles.terminalId, terminalId), eq(keyFiles.sequence, input.sequence)))
  const [{ newest } = { newest: null }] = await db
    .select({ newest: max(keyFiles.sequence) })
    .from(keyFiles)
    .where(and(eq(keyFiles.terminalId, terminalId), wasEverHad))
  const verdict = judgeDeposit(input.sequence, sha256, known, newest)
  return { verdict, same: verdict === 'same' ? known : undefined }
}

async function asSame(db: Database, file: KeyFileRow, { serial }: Terminal): Promise<Deposited> {
  const [load] = await db
    .select({ requestedAt: keyLoads.requestedAt })
    .from(keyLoads)
    .where(eq(keyLoads.terminalId, file.terminalId))
  const isRequested = load !== undefined && load.requestedAt !== null
  return { outcome: 'same', deposit: toDepositView({ file, serial, isRequested }) }
}

const refusalOf = (verdict: DepositVerdict) =>
  verdict === 'older' ? keySequenceOld() : keySequenceConflict()

function brokenRules(problems: readonly Broken[]): Failure {
  const rules = new Map(problems.map(({ rule }) => [rule.number, rule.code]))
  return keyFileRefused({
    values: { rules: [...rules.keys()], codes: [...rules.values()] },
    issues: problems
      .slice(0, MOST_ISSUES)
      .map(({ rule, at }) => ({ path: at, message: `rule ${rule.number}: ${rule.code}` })),
  })
}

const MOST_ISSUES = 100

/** Writes down that a deposit was refused, which stays, and refuses it. */
async function refuse(
  ctx: Ctx,
  { input, sha256 }: Attempt,
  refusal: Failure,
  { terminal, problems = [] }: { terminal: Terminal | null; problems?: readonly Broken[] },
): Promise<never> {
  const isAlarm = problems.some(({ rule }) => rule.alarm)
  const { rules } = refusal.details.values ?? {}
  await inMutation(ctx, async (scope) => {
    if (terminal !== null && isAlarm) {
      const now = scope.clock.now()
      await lockLoad(scope.db, terminal.id, now)
      await scope.db
        .update(keyLoads)
        .set(alarmed('deposit_refused', now))
        .where(eq(keyLoads.terminalId, terminal.id))
      scope.changed({ topic: 'terminal', subjectId: terminal.id })
    }
    scope.audit({
      action: 'key.refused',
      subject: terminal === null ? strangeSubject(input.serial) : terminalSubject(terminal),
      after: {
        reason: refusal.code,
        sequence: input.sequence,
        sha256,
        ...(rules === undefined ? {} : { rules }),
        ...(isAlarm ? { alarm: 'deposit_refused' } : {}),
      },
    })
  })
  ctx.log.warn('key_deposit_refused', {
    requestId: ctx.requestId,
    code: refusal.code,
    rules: String(rules ?? ''),
    isAlarm,
  })
  throw refusal
}

/** Whatever stands where a serial number should be: a key that somebody has put there is not written down. */
function strangeSubject(serial: string) {
  const label = mayHoldClearKey(serial) ? '…' : serial
  return { kind: 'unknown_serial', id: label, label }
}
