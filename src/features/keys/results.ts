import { eq } from 'drizzle-orm'
import type { Ctx } from '../../core/context'
import { maskText } from '../../core/pan-guard'
import { CUT } from '../../core/redact'
import { inMutation, type MutationScope } from '../../core/verb'
import { noteInstalled, type ReportedAction } from '../actions'
import { recordCardFindings } from '../monitoring/card-findings'
import { mayHoldClearKey } from './block/clear-key'
import { judgeResult, type Said } from './decide'
import { noKeys } from './hand-over'
import type { KeyAlarm } from './lists'
import { alarmed, factsOf, type HeldFile, holdFile, moveFile, moveOf, subjectOf } from './moves'
import { proofOf } from './proof'
import type { KeyResult } from './reported'
import { type KeyResultFacts, keyFiles, keyLoads } from './tables'

const MS_PER_HOUR = 3_600_000

/**
 * Takes a terminal's word on a key file: whatever the lease, and whatever has become of the file. The same word again
 * changes nothing; one that can move the file no more is kept beside it.
 * @throws no_keys where the terminal was never told of such a file
 */
export async function reportKeyResult(
  ctx: Ctx,
  terminalId: string,
  fileId: string,
  reported: KeyResult,
): Promise<void> {
  const { result, hits } = withoutSecrets(reported)
  await inMutation(ctx, async (scope) => {
    const now = scope.clock.now()
    const held = await holdFile(scope.db, terminalId, fileId, now)
    if (held === undefined || held.file.state === 'unapproved') throw noKeys()
    if (hits > 0)
      await recordCardFindings(scope.db, [
        { terminalId, source: 'message', count: hits, atMs: now.getTime() },
      ])
    await take(scope, held, result)
  })
}

/**
 * The same by the result of an action, which names no check values. What failed under an earlier offer says nothing of
 * the newest one; what is installed is, whatever its offer.
 */
export async function noteActionResult(ctx: Ctx, word: ReportedAction): Promise<void> {
  const { terminalId, subjectId, body, state } = word
  const hasFailed = state === 'failed' || state === 'rejected'
  if (!(hasFailed || state === 'installed') || typeof body.bundleId !== 'string') return
  const fileId = body.bundleId
  await inMutation(ctx, async (scope) => {
    const held = await holdFile(scope.db, terminalId, fileId, scope.clock.now())
    if (held === undefined || (hasFailed && held.file.offerId !== subjectId)) return scope.nothingChanged()
    const reason = hasFailed ? (word.reason ?? 'other') : null
    await take(scope, held, { state: hasFailed ? 'failed' : 'installed', reason, kcvs: [] })
  })
}

/** Moves a file to where it is installed, in the scope's transaction. */
export async function install(
  scope: MutationScope,
  held: HeldFile,
  kcvs: KeyResultFacts['kcvs'],
): Promise<void> {
  const now = scope.clock.now()
  const move = moveOf({ state: 'installed', failures: 0 }, now)
  await moveFile(scope, held, {
    ...move,
    set: { reason: null, reportedKcvs: kcvs },
    load: { ...move.load, installedSequence: held.file.sequence, installedAt: now },
    said: saidOf(kcvs),
  })
}

async function take(scope: MutationScope, held: HeldFile, result: KeyResultFacts): Promise<void> {
  const now = scope.clock.now()
  const { file, load } = held
  const said: Said =
    result.state === 'failed'
      ? { state: 'failed', reason: result.reason ?? 'other' }
      : { state: 'installed', proof: proofOf(file.slots, result.kcvs) }
  const verdict = judgeResult(file, said, load, now)
  if (verdict.do === 'repeat') return scope.nothingChanged()
  if (verdict.do === 'late') return keepLate(scope, held, result, verdict.alarm)
  if (verdict.do === 'wait') return waitForProof(scope, held, result)
  if (verdict.outcome.state === 'installed') return install(scope, held, result.kcvs)
  const move = moveOf(verdict.outcome, now)
  await moveFile(scope, held, {
    ...move,
    set: { ...move.set, reportedKcvs: result.kcvs },
    said: { ...move.said, ...saidOf(result.kcvs) },
  })
}

async function waitForProof(scope: MutationScope, held: HeldFile, result: KeyResultFacts): Promise<void> {
  const now = scope.clock.now()
  const { id, terminalId, offerId } = held.file
  const confirmBy = new Date(now.getTime() + scope.settings.terminals.confirmHours * MS_PER_HOUR)
  await noteInstalled(scope.db, { terminalId, kind: 'keys', subjectId: offerId }, now, confirmBy)
  await moveFile(scope, held, {
    action: 'key.reported',
    state: 'delivered',
    set: { confirmBy, reportedKcvs: result.kcvs },
    said: { confirmBy: confirmBy.toISOString(), ...saidOf(result.kcvs) },
  })
  scope.log.debug('key_proof_awaited', { fileId: id })
}

async function keepLate(
  scope: MutationScope,
  { file, serial }: HeldFile,
  result: KeyResultFacts,
  alarm: KeyAlarm | null,
): Promise<void> {
  const { db } = scope
  const { terminalId } = file
  if (isSame(file.lateResult, result)) return scope.nothingChanged()
  await db
    .update(keyFiles)
    .set({ lateResult: result, reportedKcvs: file.reportedKcvs ?? result.kcvs })
    .where(eq(keyFiles.id, file.id))
  if (alarm !== null)
    await db
      .update(keyLoads)
      .set(alarmed(alarm, scope.clock.now()))
      .where(eq(keyLoads.terminalId, terminalId))
  scope.audit({
    action: 'key.reported_late',
    subject: subjectOf(file, serial),
    after: {
      ...factsOf(file),
      result: result.state,
      ...(result.reason === null ? {} : { reason: result.reason }),
      ...saidOf(result.kcvs),
    },
  })
  scope.changed({ topic: 'terminal', subjectId: terminalId })
}

const isSame = (one: KeyResultFacts | null, other: KeyResultFacts) =>
  one !== null &&
  one.state === other.state &&
  one.reason === other.reason &&
  textOf(one.kcvs).join() === textOf(other.kcvs).join()

const textOf = (kcvs: KeyResultFacts['kcvs']) => kcvs.map(({ slot, kcv }) => `${slot} ${kcv}`)
const saidOf = (kcvs: KeyResultFacts['kcvs']) => (kcvs.length === 0 ? {} : { reportedKcvs: textOf(kcvs) })

/** A terminal's free words may quote what it was at when it failed: no card number is kept, and nothing like a key. */
function withoutSecrets({ state, reason, kcvs }: KeyResult): { result: KeyResultFacts; hits: number } {
  let hits = 0
  const cut = (text: string) => {
    if (mayHoldClearKey(text)) return CUT
    const masked = maskText(text, true)
    hits += masked.hits
    return masked.text
  }
  const result = {
    state,
    reason: state === 'failed' ? cut(reason ?? 'other') : null,
    kcvs: kcvs.map(({ slot, kcv }) => ({ slot: cut(slot), kcv: kcv.toUpperCase() })),
  }
  return { result, hits }
}
