import type { RawSql } from '../../../../src/db/client'
import type { Entry } from '../../../../src/features/monitoring/pos-log/recorder'
import { posLogWriter } from '../../../../src/features/monitoring/pos-log/write'
import type { Exchanged } from '../../../../src/terminal/traffic'

/** A check-in that was refused, as the door tells of it. */
export const exchanged = (more: Partial<Exchanged> & Pick<Exchanged, 'terminalId'>): Exchanged => ({
  ...{ slot: 0, kind: 'check-in', status: 422, code: 'invalid_message', alike: undefined },
  ...{
    atMs: Date.now(),
    durationMs: 3,
    nextSeconds: 0,
    requestId: 'test-1',
    items: undefined,
    about: undefined,
  },
  ...{ requestBytes: 100, answerBytes: 50, address: '10.0.0.7', isBrokenOff: false },
  ...{ request: undefined, answer: undefined, countedElsewhere: undefined, heldBytes: 0 },
  ...more,
})

/** Puts entries into the log, each with an id of its own where none is given. */
export async function putEntries(
  sql: RawSql,
  entries: readonly (Partial<Entry> & Pick<Entry, 'terminalId'>)[],
): Promise<void> {
  const whole = entries.map((one, at): Entry => ({ ...exchanged(one), id: one.id ?? at + 1 }))
  await posLogWriter(sql).insert(whole)
}
