import http from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fromBufferPromise } from 'yauzl'
import type { Services } from '../../../src/core/context'
import { newId } from '../../../src/core/ids'
import { createApiKey } from '../../../src/features/operators'
import { createMerchant } from '../../../src/features/terminals/service/places'
import { openFaces } from '../../support/faces'
import { readPdf } from '../../support/pdf'
import { useTestDatabase } from '../../support/postgres'
import { makeCtx, makeServices, operator } from '../../support/services'
import { type OpenDoor, openTerminalDoor } from '../../support/terminal-door'
import { enrolledTerminal, sale } from './slips'

const database = useTestDatabase()
let open: OpenDoor
let url: string
let key: string
let limitedKey: string
let shop: Awaited<ReturnType<typeof enrolledTerminal>>
/** Statements that were asked, to see that a download stops asking. */
let asked = 0

const today = new Date().toISOString().slice(0, 10)
const at = (time: string) => `${today}T${time}+00:00`
const uid = { printed: '', plain: '' }
const ids: Record<string, string> = {}

beforeAll(async () => {
  const plain = await makeServices(database)
  const counting = <Client extends object>(client: Client, statement: string) =>
    new Proxy(client, {
      get(target, name, receiver) {
        if (name === statement) asked++
        const value: unknown = Reflect.get(target, name, receiver)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
  const services: Services = {
    ...plain,
    db: counting(plain.db, 'execute'),
    sql: counting(plain.sql, 'unsafe'),
  }
  open = await openTerminalDoor(database, plain)
  url = (await openFaces(services)).url
  const admin = makeCtx(plain, operator('admin'))
  const tea = await createMerchant(admin, { name: '=cmd|чай' })
  const other = await createMerchant(admin, { name: 'Other' })
  shop = await enrolledTerminal(admin, open, 'TEA-1', { merchantId: tea.id })
  const printed = sale({
    localDateTime: at('00:00:02'),
    text: { merchant: ['   ЧАЙНАЯ ЛАВКА «Ёлка»', 'ИТОГО        1 250,50 ₽'], customer: ['СПАСИБО!'] },
  })
  const laidOut = sale({
    localDateTime: at('00:00:01'),
    amount: 1_999,
    currency: 'HUF',
    receiptNo: 'Ч/../7',
    rrn: 'R-OTHER',
    text: undefined,
  })
  uid.printed = printed.slipUid
  uid.plain = laidOut.slipUid
  await shop.handOver(printed, laidOut)
  for (const row of await database.sql<{ id: string; identity: string }[]>`select id, identity from eslips`)
    ids[row.identity] = row.id
  key = (await createApiKey(admin, { name: 'all', scopes: ['eslips:read'] })).key
  const visibility = { kind: 'limited' as const, groupIds: [], merchantIds: [other.id] }
  limitedKey = (await createApiKey(admin, { name: 'other', scopes: ['eslips:read'], visibility })).key
})
afterAll(() => open.close())

const get = (path: string, token = key) =>
  fetch(`${url}/api/v1/eslips/${path}`, { headers: { Authorization: `Bearer ${token}` } })
const bytesOf = async (path: string) => Buffer.from(await (await get(path)).arrayBuffer())

describe('a receipt', () => {
  it('comes as text: the lines that were printed, in UTF-8 that says so', async () => {
    const answer = await get(`${ids[uid.printed]}/receipt.txt`)
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8')
    expect(answer.headers.get('content-disposition')).toBe(
      `attachment; filename*=UTF-8''${today}_00001234_118_${ids[uid.printed]}.txt`,
    )
    const bytes = Buffer.from(await answer.arrayBuffer())
    expect(answer.headers.get('content-length')).toBe(String(bytes.length))
    expect(bytes.toString()).toBe('\uFEFF   ЧАЙНАЯ ЛАВКА «Ёлка»\r\nИТОГО        1 250,50 ₽\r\n')
    expect((await bytesOf(`${ids[uid.printed]}/receipt.txt?copy=customer`)).toString()).toContain('СПАСИБО!')
  })

  it('is laid out in the language asked for where no lines were sent', async () => {
    const [ru, en] = [
      await bytesOf(`${ids[uid.plain]}/receipt.txt?lang=ru`),
      await bytesOf(`${ids[uid.plain]}/receipt.txt?lang=en`),
    ].map((bytes) => bytes.toString())
    expect(ru).toContain('19,99 HUF')
    expect(ru).toContain('Экземпляр торговца')
    expect(en).toContain('Merchant copy')
  })

  it('comes as PDF of one page: the text in Cyrillic can be read from it, its fonts are within', async () => {
    const answer = await get(`${ids[uid.printed]}/receipt.pdf`)
    expect(answer.headers.get('content-type')).toBe('application/pdf')
    const pdf = readPdf(Buffer.from(await answer.arrayBuffer()))
    expect(pdf.lines).toEqual(['   ЧАЙНАЯ ЛАВКА «Ёлка»', 'ИТОГО        1 250,50 ₽'])
    expect(pdf).toMatchObject({ pages: 1, widthMm: 80 })
    const laidOut = readPdf(await bytesOf(`${ids[uid.plain]}/receipt.pdf?lang=ru`))
    expect(laidOut.lines).toContain('             ОПЛАТА')
    expect(laidOut.lines).toContain('19,99 HUF')
    expect(laidOut.fonts.join()).toMatch(
      /DejaVuSansMono.*DejaVuSansMono-Bold|DejaVuSansMono-Bold.*DejaVuSansMono/,
    )
    expect(laidOut.pages).toBe(1)
  })

  it('is the same file each time it is asked for', async () => {
    const path = `${ids[uid.printed]}/receipt.pdf`
    expect(await bytesOf(path)).toEqual(await bytesOf(path))
  })

  it.each([
    ['receipt.pdf?lang=de', 400, 'invalid_input'],
    ['receipt.txt?copy=bank', 400, 'invalid_input'],
    ['receipt.txt?nothing=1', 400, 'invalid_input'],
  ])('refuses %s with %i %s', async (path, status, code) => {
    const answer = await get(`${ids[uid.printed]}/${path}`)
    expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([status, code])
  })

  it('that nobody has, or that the caller does not see, is not found', async () => {
    for (const [path, token] of [
      [`${newId()}/receipt.pdf`, key],
      [`${ids[uid.printed]}/receipt.txt`, limitedKey],
    ] as const) {
      const answer = await get(path, token)
      expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([
        404,
        'slip_not_found',
      ])
    }
  })
})

describe('many slips', () => {
  const rowsOf = (text: string, delimiter = ','): Record<string, string>[] =>
    parse(text, { columns: true, bom: true, delimiter })

  it('come as CSV, with amounts as the language writes numbers', async () => {
    const answer = await get('export.csv?lang=ru')
    expect(answer.headers.get('content-disposition')).toContain(`slips-${today}.csv`)
    const rows = rowsOf(await answer.text(), ';')
    expect(rows).toHaveLength(2)
    expect(rows[0]).toMatchObject({
      TID: '00001234',
      Сумма: '1250,50',
      Валюта: 'RUB',
      RRN: '632700123456',
      'Последние 4 цифры': '3456',
      'UID слипа': uid.printed,
    })
    const [, huf] = rowsOf(await (await get('export.csv')).text())
    expect(huf).toMatchObject({ Amount: '19.99', Currency: 'HUF', 'Serial number': 'TEA-1' })
  })

  it('give a spreadsheet no formula to run', async () => {
    const rows = rowsOf(await (await get('export.csv')).text())
    expect(rows.map((row) => row.Merchant)).toEqual(["'=cmd|чай", "'=cmd|чай"])
  })

  it('come as a ZIP of receipts, under names that any file system takes', async () => {
    const files = await unzip(await bytesOf('export.zip?lang=ru'))
    expect(Object.keys(files)).toEqual([
      `${today}_00001234_118_${ids[uid.printed]}.txt`,
      `${today}_00001234_Ч-7_${ids[uid.plain]}.txt`,
    ])
    expect(Object.values(files).map(String).join()).toContain('ЧАЙНАЯ ЛАВКА «Ёлка»')
    const pdfs = await unzip(await bytesOf('export.zip?format=pdf&copy=customer'))
    expect(Object.values(pdfs).map((bytes) => readPdf(bytes).lines[0])).toContain('СПАСИБО!')
  })

  it('are those of the search, and of nobody else', async () => {
    expect(rowsOf(await (await get('export.csv?rrn=R-OTHER')).text())).toHaveLength(1)
    expect(Object.keys(await unzip(await bytesOf('export.zip?amountFrom=100000')))).toHaveLength(1)
    expect(rowsOf(await (await get('export.csv', limitedKey)).text())).toEqual([])
    expect(await unzip(Buffer.from(await (await get('export.zip', limitedKey)).arrayBuffer()))).toEqual({})
  })

  it.each([
    ['export.csv?amountFrom=1.5', 'amountFrom'],
    ['export.csv?from=yesterday', 'from'],
    ['export.csv?hadPan=maybe', 'hadPan'],
    ['export.zip?format=docx', 'format'],
    ['export.zip?last4=12', 'last4'],
  ])('are refused for %s, naming the field', async (path, field) => {
    const answer = await get(path)
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ code: 'invalid_input', issues: [{ path: field }] })
  })

  it('have the slip of a clock that runs a little fast, as the list has', async () => {
    const localDateTime = new Date(Date.now() + 300_000).toISOString()
    await shop.handOver(sale({ localDateTime, rrn: 'R-FAST' }))
    expect((await bytesOf('export.csv?rrn=R-FAST&lang=en')).toString('utf8')).toContain('R-FAST')
  })

  it('beyond what one download may have are refused before it begins', async () => {
    await addSlips(10_001, 'few')
    const answer = await get('export.zip?format=pdf')
    expect(answer.status).toBe(422)
    expect(await answer.json()).toMatchObject({ code: 'export_too_large', most: 10_000 })
    const csv = await (await get('export.csv?scheme=few')).text()
    expect(rowsOf(csv)).toHaveLength(10_001)
  }, 60_000)

  it('are read no further ahead than a slow reader takes, and not at all once it has gone', async () => {
    await addSlips(4_000, 'large', ['Ж'.repeat(300), ...Array<string>(40).fill('Ж'.repeat(300))])
    asked = 0
    await (await get('export.zip?scheme=large')).arrayBuffer()
    const whole = asked
    asked = 0
    const request = http.get(`${url}/api/v1/eslips/export.zip?scheme=large`, {
      headers: { Authorization: `Bearer ${key}` },
    })
    request.on('error', () => {})
    const response = await new Promise<http.IncomingMessage>((resolve) => request.once('response', resolve))
    response.on('error', () => {})
    // Nothing is read: sockets fill up, then nothing more is asked.
    let before = -1
    while (asked !== before) {
      before = asked
      await wait(400)
    }
    expect(before).toBeLessThan(whole * 0.9)
    request.destroy()
    await wait(300)
    const atLeaving = asked
    await wait(500)
    expect(asked).toBe(atLeaving)
  }, 60_000)
})

/** Slips written past the door: many at once, told apart by their scheme. */
async function addSlips(count: number, scheme: string, merchant: string[] = []) {
  const content = JSON.stringify({ ...sale(), scheme, text: { merchant } })
  await database.sql`insert into eslips (id, filed_at, terminal_id, identity, content_digest, received_at, had_pan,
      has_other_tid, type, result, amount, currency, scheme, content)
    select overlay(gen_random_uuid()::text placing m.id from 1 for 15)::uuid, m.at, ${shop.terminalId}, gen_random_uuid(),
      gen_random_uuid(), m.at, false, false, 'sale', 'approved', 100, 'RUB', ${scheme}, ${content}::text::json
    from generate_series(1, ${count}) n
    cross join lateral (select date_trunc('day', now() at time zone 'UTC') at time zone 'UTC' + n * interval '1 ms' as at) d
    cross join lateral (select d.at, regexp_replace(lpad(to_hex((extract(epoch from d.at) * 1000)::bigint), 12, '0'),
      '^(.{8})(.{4})$', '\\1-\\2-7') as id) m`
}

async function unzip(bytes: Buffer): Promise<Record<string, Buffer>> {
  const zip = await fromBufferPromise(bytes, { autoClose: false })
  const files: Record<string, Buffer> = {}
  for await (const entry of zip.eachEntry()) {
    const stream = await zip.openReadStreamPromise(entry)
    const chunks: Buffer[] = []
    for await (const chunk of stream) chunks.push(chunk as Buffer)
    files[entry.fileName] = Buffer.concat(chunks)
  }
  return files
}
