import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { KCVS, OTHER_KCVS, useKeyRoom } from './key-room'

const room = useKeyRoom()
const SOON = { timeout: 10_000, interval: 50 }

it('bytes, headers of key blocks and tokens appear in no log, no trail, no error and no stored file', async () => {
  const one = await room.enrolled()
  const bytes = Buffer.from(
    JSON.stringify({
      format: 'psm-keybundle/1',
      keys: [{ slot: 'acq1/pin', type: 'tr31', block: `B0080P0TE00E0000${'94B420079CC80BA3'.repeat(4)}` }],
    }),
  )
  const file = await room.deposit(one.terminalId, { bytes })
  const send = (method: string, address: string, json?: unknown) =>
    one.terminal.send(method, address, json === undefined ? {} : { json })
  const answers = [
    await send('POST', '/check-in', {}),
    await send('HEAD', `/keys/${file.id}`),
    await send('POST', `/keys/${file.id}/result`, { state: bytes.toString(), kcvs: bytes.toString() }),
    await send('POST', `/keys/${bytes.toString('base64url')}/result`, { state: 'failed' }),
    await send('POST', `/keys/${file.id}/result`, {
      state: 'installed',
      kcvs: OTHER_KCVS,
      keys: bytes.toString(),
    }),
    await send('POST', `/keys/${file.id}/result`, { state: 'installed', kcvs: KCVS }),
    await send('GET', `/keys/${file.id}`),
    await send('GET', '/keys'),
  ]
  const broken = await room.deposit(one.terminalId, { sequence: 2, bytes })
  const blobs = path.join(room.services.settings.storage.directory, 'blobs')
  const whole = await send('GET', `/keys/${broken.id}`)
  expect(whole.body.equals(bytes)).toBe(true)
  await room.services.blobs.delete(broken.blobKey as never)
  answers.push(await send('GET', `/keys/${broken.id}`))
  await expect
    .poll(async () => (await room.database.sql`select from pos_log where status = 503`).length, SOON)
    .toBe(1)

  const kept = await room.database.sql<{ text: string }[]>`
    select p::text as text from pos_log p union all select a::text from audit_entries a
    union all select t::text from terminal_actions t union all select f::text from key_files f
    union all select l::text from key_loads l union all select s::text from terminal_status s`
  const told = [
    ...kept.map(({ text }) => text),
    ...room.log,
    ...answers.map(({ body, headers }) => body.toString('latin1') + JSON.stringify(headers)),
    ...readdirSync(blobs, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => readFileSync(path.join(entry.parentPath, entry.name), 'latin1')),
  ].join('\n')
  expect(told).toContain(file.sha256)
  expect(room.log.join()).toContain('key_file_unreadable')
  const secrets = [
    ...['94B420079CC80BA3', 'B0080P0TE00', 'psm-keybundle'],
    bytes.toString('base64').slice(0, 24),
    bytes.toString('hex').slice(0, 32),
    one.terminal.token as string,
  ]
  for (const secret of secrets) expect(told.includes(secret), secret).toBe(false)
})

it('the POS log names the message and the state, and keeps nothing of what it said', async () => {
  const one = await room.enrolled()
  const file = await room.deposit(one.terminalId)
  await one.terminal.send('GET', '/keys')
  await one.terminal.send('POST', `/keys/${file.id}/result`, { json: { state: 'installed', kcvs: KCVS } })
  const noted = () => room.database.sql`
    select kind, about, status, request_body, answer_body from pos_log
    where terminal_id = ${one.terminalId} and kind like 'key%' order by at, id`
  await expect.poll(async () => (await noted()).length, SOON).toBe(2)
  expect(await noted()).toEqual([
    { kind: 'keys', about: file.id, status: 200, request_body: null, answer_body: null },
    { kind: 'key-result', about: 'installed', status: 200, request_body: null, answer_body: null },
  ])
})
