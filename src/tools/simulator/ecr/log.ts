import { between, type Chance, pick } from '../random'
import { dumpOf, hiddenIn, TEST_CARDS } from './hidden'

/** Protocols between cash register and terminal, as they are named in a terminal's status. */
export const ECR_PROTOCOLS = ['arcus2', 'pilot_nt', 'inpas', 'zvt', 'ttk'] as const
export type EcrProtocol = (typeof ECR_PROTOCOLS)[number]

export interface EcrLogOptions {
  protocol: EcrProtocol
  tid: string
  /** When the first exchange was, by the terminal's clock. */
  from: Date
  to: Date
  /** Of a thousand exchanges, in so many a number of a test card is written in full, in one manner or another. */
  leaksPerThousand?: number
}

interface Sale {
  at: Date
  amount: number
  receipt: string
  rrn: string
  authCode: string
  isApproved: boolean
  tid: string
}

type Writer = (sale: Sale, chance: Chance) => [direction: '-->' | '<--' | '---', text: string][]

const LONGEST_PAUSE_SECONDS = 240
const DAY_MS = 86_400_000

/**
 * The log of a terminal at a cash register, exchange by exchange, as text of several lines each: what the register asked, what
 * the terminal answered, frames and dumps between them.
 */
export function* ecrLog(chance: Chance, options: EcrLogOptions): Generator<string> {
  const { protocol, tid, to, leaksPerThousand = 3 } = options
  const write = WRITERS[protocol]
  let receipt = between(chance, 1, 900)
  for (let ms = options.from.getTime(); ms < to.getTime(); ) {
    const at = new Date(ms)
    const sale: Sale = {
      at,
      amount: between(chance, 100, 900_000),
      receipt: String(receipt++ % 10_000).padStart(4, '0'),
      rrn: rrnOf(at, chance),
      authCode: String(between(chance, 0, 999_999)).padStart(6, '0'),
      isApproved: chance() < 0.93,
      tid,
    }
    const lines = write(sale, chance).map(([direction, text], step) => lineOf(at, step, direction, text))
    if (between(chance, 0, 999) < leaksPerThousand) {
      const [manner, text] = pick(chance, hiddenIn(pick(chance, TEST_CARDS)))
      lines.splice(between(chance, 0, lines.length), 0, lineOf(at, 7, '---', `trace (${manner}):\n${text}`))
    }
    yield `${lines.join('\n')}\n`
    ms += between(chance, 5, LONGEST_PAUSE_SECONDS) * 1_000 + between(chance, 0, 999)
  }
}

function lineOf(at: Date, step: number, direction: string, text: string): string {
  const moment = new Date(at.getTime() + step * 137).toISOString()
  return `${moment.slice(0, 10)} ${moment.slice(11, 23)} ${direction} ${text}`
}

/** ISO 8583, DE 37: year, day of the year and a number. */
function rrnOf(at: Date, chance: Chance): string {
  const day = Math.floor((at.getTime() - Date.UTC(at.getUTCFullYear(), 0, 0)) / DAY_MS)
  return `${at.getUTCFullYear() % 10}${String(day).padStart(3, '0')}${String(between(chance, 0, 99_999_999)).padStart(8, '0')}`
}

const minor = (amount: number) => String(amount).padStart(12, '0')
const major = (amount: number) => (amount / 100).toFixed(2)
const codeOf = ({ isApproved }: Sale) => (isApproved ? '00' : '51')
const pairs = (bytes: Buffer) =>
  [...bytes].map((byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join(' ')

/** Start, text, end and the check byte (ISO 1155: all bytes behind the start, by exclusive or). */
function frameOf(text: string): Buffer {
  const body = Buffer.from(`${text}\u0003`, 'latin1')
  return Buffer.from([2, ...body, body.reduce((sum, byte) => sum ^ byte, 0)])
}

const receiptLines = (sale: Sale): string =>
  [
    '          ООО "РОМАШКА"',
    `ЧЕК ${sale.receipt}   Т: ${sale.tid}`,
    'Оплата',
    `Сумма (Руб):        ${major(sale.amount)}`,
    'Комиссия за операцию - 0 Руб.',
    sale.isApproved ? `ОДОБРЕНО  ${sale.authCode}` : 'ОТКЛОНЕНО: НЕДОСТАТОЧНО СРЕДСТВ',
    `Номер ссылки: ${sale.rrn}`,
    '==============================',
  ].join('\n')

const WRITERS: Record<EcrProtocol, Writer> = {
  arcus2: (sale, chance) => [
    ['-->', `ITPosSet amount=${minor(sale.amount)} currency=643 receipt=${sale.receipt}`],
    ['-->', 'ITPosRun operation=1 (SALE)'],
    [
      '---',
      `card read, entry=${pick(chance, ['chip', 'contactless'])}, pan=220070******${between(chance, 1000, 9999)}`,
    ],
    [
      '<--',
      `ITPosGet response_code=0${codeOf(sale)} rrn=${sale.rrn} auth_code=${sale.authCode} terminal_id=${sale.tid}`,
    ],
    ['---', `cheque:\n${receiptLines(sale)}`],
  ],
  pilot_nt: (sale) => [
    ['-->', `card_authorize15: TType=1 Amount=${sale.amount} CType=0`],
    ['-->', `TX ${pairs(frameOf(`C4;${sale.amount};01;${sale.receipt}`))}`],
    ['<--', 'RX 06'],
    ['<--', `RX ${pairs(frameOf(`C4;${codeOf(sale)};${sale.rrn};${sale.authCode};${sale.tid}`))}`],
    [
      '<--',
      `card_authorize15: RCode=${sale.isApproved ? 0 : 4451} AMessage=${sale.isApproved ? 'ОДОБРЕНО' : 'ОТКАЗАНО'} RRN=${sale.rrn}`,
    ],
    ['---', `cheque:\n${receiptLines(sale)}`],
  ],
  inpas: (sale) => [
    [
      '-->',
      `<request><field id="00">${sale.amount}</field><field id="04">643</field><field id="25">1</field><field id="27">${sale.tid}</field></request>`,
    ],
    ['---', 'POST http://127.0.0.1:9015/ 200, 2413 ms'],
    [
      '<--',
      `<response><field id="00">${sale.amount}</field><field id="13">${sale.authCode}</field><field id="14">${sale.rrn}</field><field id="21">${sale.at.toISOString().replace(/\D/g, '').slice(0, 14)}</field><field id="39">${sale.isApproved ? 1 : 16}</field></response>`,
    ],
  ],
  zvt: (sale) => [
    ['-->', `06 01 0A 04 ${pairs(Buffer.from(minor(sale.amount), 'hex'))} 49 06 43 19 40`],
    ['<--', '80 00 00'],
    ['<--', '04 FF 01 0A'],
    [
      '<--',
      `04 0F 2E 27 ${codeOf(sale)} 04 ${pairs(Buffer.from(minor(sale.amount), 'hex'))} 0B ${pairs(Buffer.from(sale.receipt.padStart(6, '0'), 'hex'))} 29 ${pairs(Buffer.from(sale.tid.slice(0, 8).padStart(8, '0'), 'hex'))} 3C F0 F2 ${pairs(Buffer.from(sale.rrn))}`,
    ],
    ['-->', '80 00 00'],
  ],
  ttk: (sale) => [
    [
      '-->',
      `request, ${sale.receipt}:\n${dumpOf(frameOf(`01=PUR;02=${sale.tid};04=${minor(sale.amount)};1A=643;10=${sale.receipt}`), {})}`,
    ],
    [
      '<--',
      `answer:\n${dumpOf(frameOf(`01=PUR;02=${sale.tid};04=${minor(sale.amount)};98=${sale.rrn};9B=${codeOf(sale)};8B=${sale.authCode}`), {})}`,
    ],
    ['---', sale.isApproved ? 'approved' : 'declined'],
  ],
}
