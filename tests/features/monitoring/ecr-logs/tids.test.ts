import { beforeAll, expect, it } from 'vitest'
import type { Ctx } from '../../../../src/core/context'
import { codingOf } from '../../../../src/features/monitoring/ecr-logs/decode'
import { getEcrLog, listEcrLogs } from '../../../../src/features/monitoring/ecr-logs/find'
import { keepLog } from '../../../../src/features/monitoring/ecr-logs/store'
import { registerTerminal } from '../../../../src/features/terminals/service/register'
import { useTestDatabase } from '../../../support/postgres'
import { makeCtx, makeServices, operator } from '../../../support/services'

const database = useTestDatabase()
let me: Ctx
beforeAll(async () => {
  me = makeCtx(await makeServices(database), operator())
})

async function terminalWithLog(serial: string, tids: string[]): Promise<string> {
  const { id: terminalId } = await registerTerminal(me, {
    serial,
    platform: 'other',
    tids: tids.map((tid) => ({ acquirer: '', tid, mid: '' })),
  })
  const bytes = Buffer.from('2026-11-25 10:00:00 -> sale\n')
  const log = { terminalId, name: 'a.log', coding: codingOf(undefined, undefined), from: null, to: null }
  const source = (async function* () {
    yield bytes
  })()
  return (await keepLog(me, log, source, () => bytes.length)).id
}

it('a log shows the TIDs of its own terminal, and of no other', async () => {
  const one = await terminalWithLog('TID-1', ['10000001'])
  const none = await terminalWithLog('TID-2', [])
  expect(await getEcrLog(me, { logId: one })).toMatchObject({ serial: 'TID-1', tids: ['10000001'] })
  expect(await getEcrLog(me, { logId: none })).toMatchObject({ serial: 'TID-2', tids: [] })
  const { items } = await listEcrLogs(me, { limit: 10 })
  expect(items.map(({ serial, tids }) => [serial, tids])).toEqual([
    ['TID-2', []],
    ['TID-1', ['10000001']],
  ])
})
