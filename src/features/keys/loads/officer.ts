import { and, eq, inArray, sql } from 'drizzle-orm'
import { callerName } from '../../../core/context'
import { type MutationScope, mutation } from '../../../core/verb'
import { loadTerminal, visibleTerminals } from '../../terminals'
import { terminals } from '../../terminals/tables'
import { mayHoldClearKey } from '../block/clear-key'
import { isApprovable } from '../decide'
import { keyFileNotFound, keyFileNotRevocable, keysNotHeld, officersOnly, reasonHoldsKey } from '../errors'
import { MOST_AT_ONCE } from '../lists'
import { type KeyFileRow, lockFile, lockLoad, moveFile, newOffer } from '../moves'
import { keyFiles, keyLoads } from '../tables'
import { ApproveKeysInput, KeyTerminalRef, RevokeKeysInput } from './schemas'

type Refusal = 'key_file_not_waiting' | 'key_own_deposit'

/**
 * Lets files go to their terminals, at most a thousand at once. By a person in the role of a key officer alone, who has not
 * made the API key that deposited (dual control, PCI PIN 6 and 21). `key_officers_only`.
 */
export const approveKeys = mutation(
  { permission: 'keys:approve', input: ApproveKeysInput, isFresh: true },
  async (scope, input) => {
    const { actor } = scope
    if (actor.kind !== 'operator') throw officersOnly()
    const isOwn = isDepositOf(actor)
    const rows = await scope.db
      .select({ file: keyFiles, serial: terminals.serial, isOwn })
      .from(keyFiles)
      .innerJoin(terminals, eq(terminals.id, keyFiles.terminalId))
      .where(
        and(
          visibleTerminals(scope),
          'batch' in input
            ? and(eq(keyFiles.batch, input.batch), eq(keyFiles.state, 'unapproved'))
            : inArray(keyFiles.id, input.fileIds),
        ),
      )
      // Always in one order: of two officers at once none waits for the other in a circle. What the caller may not approve
      // is not locked, and comes last: it would keep back the rest of a batch.
      .orderBy(isOwn, keyFiles.terminalId)
      .limit(MOST_AT_ONCE + 1)
    const refused: { fileId: string; code: Refusal }[] = []
    let approved = 0
    for (const { file, serial, isOwn } of rows.slice(0, MOST_AT_ONCE)) {
      const code = isOwn ? 'key_own_deposit' : await approve(scope, file, serial)
      if (code === undefined) approved++
      else refused.push({ fileId: file.id, code })
    }
    if (approved === 0) scope.nothingChanged()
    const left = 'batch' in input ? await leftOf(scope, input.batch) : 0
    return { approved, refused, left }
  },
)

/** By a key that the person has made or seen a secret of. Names are compared only of keys from before their makers were kept. */
const isDepositOf = ({
  id,
  name,
}: {
  id: string
  name: string
}) => sql<boolean>`exists (select from api_keys k
  where k.id = ${keyFiles.depositorId} and (k.maker_id = ${id} or ${id} = any(k.renewer_ids) or (k.maker_id is null and k.created_by = ${name})))`

async function leftOf(scope: MutationScope, batch: string): Promise<number> {
  const [row] = await scope.db.execute<{ left: number }>(sql`
    select count(*)::int as "left" from key_files f join terminals on terminals.id = f.terminal_id
    where f.batch = ${batch} and f.state = 'unapproved' and ${visibleTerminals(scope)}`)
  return row?.left ?? 0
}

async function approve(
  scope: MutationScope,
  found: KeyFileRow,
  serial: string,
): Promise<Refusal | undefined> {
  const now = scope.clock.now()
  const load = await lockLoad(scope.db, found.terminalId, now)
  const file = await lockFile(scope.db, found.terminalId, found.id)
  if (file === undefined || !isApprovable(file, now)) return 'key_file_not_waiting'
  await moveFile(
    scope,
    { file, load, serial },
    {
      action: 'key.approved',
      state: 'available',
      set: { approvedBy: callerName(scope.actor), approvedAt: now },
    },
  )
  return undefined
}

/**
 * Ends a file that has not been installed: it is never sent again, and its bytes are destroyed. `key_file_not_found`,
 * `key_file_ended`, `reason_holds_key`.
 */
export const revokeKeys = mutation(
  { permission: 'keys:revoke', input: RevokeKeysInput },
  async (scope, { fileId, reason }) => {
    // It goes into the audit and to the key system, for good (PCI PIN 8-1).
    if (mayHoldClearKey(reason)) throw reasonHoldsKey()
    const [found] = await scope.db
      .select({ terminalId: keyFiles.terminalId, serial: terminals.serial })
      .from(keyFiles)
      .innerJoin(terminals, eq(terminals.id, keyFiles.terminalId))
      .where(and(eq(keyFiles.id, fileId), visibleTerminals(scope)))
    if (found === undefined) throw keyFileNotFound()
    const load = await lockLoad(scope.db, found.terminalId, scope.clock.now())
    const file = await lockFile(scope.db, found.terminalId, fileId)
    if (file === undefined) throw keyFileNotFound()
    if (file.state === 'revoked') scope.nothingChanged()
    else if (file.purgedAt !== null && file.state !== 'failed')
      throw keyFileNotRevocable({ values: { state: file.state } })
    else
      await moveFile(
        scope,
        { file, load, serial: found.serial },
        { action: 'key.revoked', state: 'revoked', set: { reason }, said: { reason } },
      )
    return { fileId }
  },
)

/**
 * Lets a terminal have keys again after failures: counts from nothing, ends the alarm and offers its newest file anew if
 * that failed and is still held. `terminal_not_found`, `keys_not_held`.
 */
export const allowKeys = mutation(
  { permission: 'keys:allow', input: KeyTerminalRef, isFresh: true },
  async (scope, { terminalId }) => {
    const { serial } = await loadTerminal(scope, terminalId)
    const now = scope.clock.now()
    const load = await lockLoad(scope.db, terminalId, now)
    const file = load.fileId === null ? undefined : await lockFile(scope.db, terminalId, load.fileId)
    const isFailed = file?.state === 'failed'
    if (isFailed && file.purgedAt !== null) throw keysNotHeld()
    const cleared = { failures: 0, suspendedAt: null, alarm: null, alarmAt: null }
    if (isFailed)
      await moveFile(
        scope,
        { file, load, serial },
        {
          action: 'key.allowed_again',
          state: 'available',
          set: { ...newOffer(now), reoffers: 0, reason: null },
          load: cleared,
        },
      )
    else if (load.failures > 0 || load.suspendedAt !== null || load.alarm !== null) {
      await scope.db.update(keyLoads).set(cleared).where(eq(keyLoads.terminalId, terminalId))
      scope.audit({
        action: 'key.allowed_again',
        subject: { kind: 'terminal', id: terminalId, label: serial },
        before: { failures: load.failures, isSuspended: load.suspendedAt !== null, alarm: load.alarm },
        after: { failures: 0, isSuspended: false, alarm: null },
      })
      scope.changed({ topic: 'terminal', subjectId: terminalId })
    } else scope.nothingChanged()
    return { terminalId }
  },
)
