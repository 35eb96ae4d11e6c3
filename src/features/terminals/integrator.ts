import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'
import { type Ctx, requirePermission } from '../../core/context'
import { parseInput } from '../../core/verb'
import type { ByteEndpoint } from '../../integrator/bytes'

const Query = z.object({ lang: z.enum(['en', 'ru']).default('en') })

/** Every column the import knows. Spreadsheets of Russian Windows part cells by semicolons. */
const TEMPLATES = {
  en: [
    [
      'Serial number',
      'Platform',
      'Model',
      'TID',
      'MID',
      'Acquirer',
      'Merchant',
      'Address',
      'Groups',
      'Transport key KCV',
      'Notes',
    ],
    [
      'SN0001',
      'wiseasy-wpos3',
      'WPOS-3',
      '10000001',
      '900000000000001',
      'bank-a',
      'Shop',
      'Main Street 1',
      'North',
      'D1D812',
      '',
    ],
    ['SN0001', 'wiseasy-wpos3', '', '20000001', '', 'bank-b', '', '', '', '', ''],
    ['SN0002', 'feitian-f20', 'F20', '10000002', '', 'bank-a', '', '', 'North, Pilot', '', ''],
  ],
  ru: [
    [
      'Серийный номер',
      'Платформа',
      'Модель',
      'TID',
      'MID',
      'Банк',
      'ТСП',
      'Адрес',
      'Группы',
      'KCV транспортного ключа',
      'Примечание',
    ],
    [
      'SN0001',
      'wiseasy-wpos3',
      'WPOS-3',
      '10000001',
      '900000000000001',
      'bank-a',
      'Магазин',
      'ул. Мира, 1',
      'Север',
      'D1D812',
      '',
    ],
    ['SN0001', 'wiseasy-wpos3', '', '20000001', '', 'bank-b', '', '', '', '', ''],
    ['SN0002', 'feitian-f20', 'F20', '10000002', '', 'bank-a', '', '', 'Север, Пилот', '', ''],
  ],
} as const
const DELIMITER = { en: ',', ru: ';' } as const

/** Bytes of the registry. */
export const terminalEndpoints: readonly ByteEndpoint[] = [
  {
    method: 'GET',
    path: '/terminals/import/template.csv',
    permission: 'terminals:write',
    operation: {
      operationId: 'terminals.importTemplate',
      summary: 'Download a CSV to fill in, with examples',
      tags: ['Terminals'],
      parameters: [
        { name: 'lang', in: 'query', required: false, schema: { type: 'string', enum: ['en', 'ru'] } },
      ],
      responses: {
        200: {
          description: 'UTF-8 with a byte order mark, as spreadsheets want it.',
          content: { 'text/csv': { schema: { type: 'string' } } },
        },
      },
    },
    handle: sendTemplate,
  },
]

async function sendTemplate(ctx: Ctx, req: IncomingMessage, res: ServerResponse): Promise<void> {
  requirePermission(ctx.actor, 'terminals:write')
  const { searchParams } = new URL(req.url ?? '/', 'http://localhost')
  const { lang } = parseInput(Query, Object.fromEntries(searchParams))
  const body = Buffer.from(importTemplate(lang))
  res
    .writeHead(200, {
      'Content-Type': 'text/csv; charset=utf-8',
      'Content-Disposition': 'attachment; filename="terminals.csv"',
      'Content-Length': body.length,
    })
    .end(body)
}

/** The text of the template. */
export function importTemplate(lang: keyof typeof TEMPLATES): string {
  const sign = DELIMITER[lang]
  const quoted = (cell: string) => (cell.includes(sign) ? `"${cell}"` : cell)
  const lines = TEMPLATES[lang].map((cells) => cells.map(quoted).join(sign))
  return `\uFEFF${lines.join('\r\n')}\r\n`
}
