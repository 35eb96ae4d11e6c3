import type { TerminalClient } from '../simulator/client'
import type { KeyStatus } from './key-ledger'

/** A batch as its report has it. */
export interface BatchReport {
  batch: string
  deposited: number
  unapproved: number
  waiting: number
  delivered: number
  installed: number
  failed: number
  ended: number
}

/** In which column of the report a file stands. */
const COLUMN_OF: Readonly<Record<string, Exclude<keyof BatchReport, 'batch' | 'deposited'>>> = {
  unapproved: 'unapproved',
  available: 'waiting',
  offered: 'waiting',
  delivered: 'delivered',
  installed: 'installed',
  failed: 'failed',
  expired: 'ended',
  superseded: 'ended',
  revoked: 'ended',
}

export const emptyReport = (batch: string): BatchReport => ({
  ...{ batch, deposited: 0, unapproved: 0, waiting: 0, delivered: 0, installed: 0, failed: 0, ended: 0 },
})

/** All rows of a paged list of the REST. */
export async function pages<Item>(client: TerminalClient, apiKey: string, path: string): Promise<Item[]> {
  const all: Item[] = []
  let cursor: string | null = null
  do {
    const more: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const answer = await client.send({
      method: 'GET',
      path: `/api/v1${path}${path.includes('?') ? '&' : '?'}limit=1000${more}`,
      token: apiKey,
    })
    if (answer.status !== 200) throw new Error(`${path} was answered ${answer.status} ${answer.body}`)
    const page: { items: Item[]; nextCursor: string | null } = answer.json()
    all.push(...page.items)
    cursor = page.nextCursor
  } while (cursor !== null)
  return all
}

/** Counts of files by batch, by their statuses. */
export function countedBatches(statuses: readonly KeyStatus[]): BatchReport[] {
  const batches = new Map<string, BatchReport>()
  for (const { batch, state } of statuses) {
    const name = batch ?? ''
    const counted = batches.get(name) ?? emptyReport(name)
    batches.set(name, counted)
    counted.deposited++
    const column = COLUMN_OF[state]
    if (column !== undefined) counted[column]++
  }
  return [...batches.values()]
}

/** Whether the columns of a report are the files that were deposited, and those that are expected. */
export function isSame(report: BatchReport | undefined, expected: BatchReport): boolean {
  if (report === undefined) return false
  const { unapproved, waiting, delivered, installed, failed, ended } = report
  const names = Object.keys(expected) as (keyof BatchReport)[]
  return (
    report.deposited === unapproved + waiting + delivered + installed + failed + ended &&
    names.every((name) => report[name] === expected[name])
  )
}

/** Whether the report of each batch says what the statuses of its files say. */
export async function doBatchesAddUp(
  client: TerminalClient,
  apiKey: string,
  statuses: readonly KeyStatus[],
): Promise<boolean> {
  const reports = await pages<BatchReport>(client, apiKey, '/key-batches')
  const counted = countedBatches(statuses)
  return (
    reports.length === counted.length &&
    counted.every((expected) =>
      isSame(
        reports.find(({ batch }) => batch === expected.batch),
        expected,
      ),
    )
  )
}
