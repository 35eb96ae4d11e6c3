import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import type { z } from 'zod'
import type { Ctx } from '../../../core/context'
import { csvOf } from '../../../core/spreadsheet'
import { parseInput } from '../../../core/verb'
import type { ByteEndpoint } from '../../../integrator/bytes'
import { takeSlip } from '../export'
import { slipColumns } from './csv'
import { MOST_SLIPS_OF, type ReceiptFormat } from './lists'
import { receiptFileName } from './names'
import { openSlips } from './pages'
import { openPrinter } from './receipts'
import { CsvQuery, ReceiptQuery, ZipQuery } from './schemas'
import { zipOf } from './zip'

const TYPES: Record<ReceiptFormat, string> = { txt: 'text/plain; charset=utf-8', pdf: 'application/pdf' }

const DESCRIPTIONS: Readonly<Record<string, string>> = {
  lang: 'Language of headings and of receipts that are laid out from the fields: en or ru.',
  copy: 'merchant or customer.',
  format: 'txt or pdf.',
  slipId: 'Id of the slip.',
}

/** Slips as files: one receipt, or all that a search finds. */
export const slipDownloads: readonly ByteEndpoint[] = [
  receiptEndpoint('txt', 'A receipt as text'),
  receiptEndpoint('pdf', 'A receipt as PDF'),
  {
    method: 'GET',
    path: '/eslips/export.csv',
    permission: 'eslips:read',
    operation: operationOf(
      'eslips.exportCsv',
      `Slips as CSV, ${MOST_SLIPS_OF.csv} at most`,
      'text/csv',
      CsvQuery,
    ),
    handle: sendCsv,
  },
  {
    method: 'GET',
    path: '/eslips/export.zip',
    permission: 'eslips:read',
    operation: operationOf(
      'eslips.exportZip',
      `Receipts of slips as a ZIP, ${MOST_SLIPS_OF.txt} texts or ${MOST_SLIPS_OF.pdf} PDFs at most`,
      'application/zip',
      ZipQuery,
    ),
    handle: sendZip,
  },
]

function receiptEndpoint(format: ReceiptFormat, summary: string): ByteEndpoint {
  return {
    method: 'GET',
    path: `/eslips/{slipId}/receipt.${format}`,
    permission: 'eslips:read',
    operation: operationOf(`eslips.receipt.${format}`, summary, TYPES[format], ReceiptQuery),
    handle: (ctx, req, res, [slipId = '']) => sendReceipt(ctx, req, res, slipId, format),
  }
}

function operationOf(operationId: string, summary: string, type: string, query: z.ZodObject) {
  const path = query === ReceiptQuery ? [{ name: 'slipId', in: 'path', required: true }] : []
  const names = Object.keys(query.shape).map((name) => ({ name, in: 'query', required: false }))
  return {
    operationId,
    summary,
    tags: ['Slips'],
    parameters: [...path, ...names].map((one) => ({
      ...one,
      schema: { type: 'string' },
      description: DESCRIPTIONS[one.name] ?? 'As for the search.',
    })),
    responses: { 200: { description: 'The file.', content: { [type]: { schema: { type: 'string' } } } } },
  }
}

const queryOf = <Query extends z.ZodType>(req: IncomingMessage, schema: Query): z.output<Query> =>
  parseInput(schema, Object.fromEntries(new URL(req.url ?? '/', 'http://localhost').searchParams))

async function sendReceipt(
  ctx: Ctx,
  req: IncomingMessage,
  res: ServerResponse,
  slipId: string,
  format: ReceiptFormat,
): Promise<void> {
  const { copy, lang } = queryOf(req, ReceiptQuery)
  const slip = await takeSlip(ctx, { slipId, format })
  const print = await openPrinter(format, copy, lang)
  const body = await print(slip)
  res
    .writeHead(200, {
      ...attached(TYPES[format], receiptFileName(slip, format)),
      'Content-Length': body.length,
    })
    .end(body)
}

async function sendCsv(ctx: Ctx, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const { lang, ...filter } = queryOf(req, CsvQuery)
  const fileName = `slips-${dayOf(ctx)}.csv`
  const slips = await openSlips(
    ctx,
    filter,
    { format: 'csv', fileName, most: MOST_SLIPS_OF.csv },
    untilGone(res),
  )
  const { source, csv } = csvOf(slips, slipColumns(lang), lang)
  res.writeHead(200, attached('text/csv; charset=utf-8', fileName))
  await pipeline(source, csv, res)
}

async function sendZip(ctx: Ctx, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const { lang, copy, format, ...filter } = queryOf(req, ZipQuery)
  const fileName = `slips-${dayOf(ctx)}-${format}.zip`
  const slips = await openSlips(
    ctx,
    filter,
    { format: 'zip', fileName, most: MOST_SLIPS_OF[format] },
    untilGone(res),
  )
  const zip = zipOf(slips, await openPrinter(format, copy, lang), format)
  res.writeHead(200, attached('application/zip', fileName))
  await pipeline(zip, res)
}

const dayOf = (ctx: Ctx) => ctx.clock.now().toISOString().slice(0, 10)

function attached(type: string, fileName: string): Record<string, string> {
  return {
    'Content-Type': type,
    'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(fileName)}`,
  }
}

/** Says when the reader has gone away; also while slips are still counted and nothing is piped yet. */
function untilGone(res: ServerResponse): AbortSignal {
  const gone = new AbortController()
  res.once('close', () => gone.abort())
  return gone.signal
}
