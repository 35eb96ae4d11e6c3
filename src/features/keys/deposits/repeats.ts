import { type SQL, sql } from 'drizzle-orm'
import type { Database } from '../../../db/client'
import { type Broken, broken } from './rules'

/** Check values of a key that is deposited. */
export interface Print {
  slot: string
  kcv: string | null
  block: Buffer | null
}

export interface Repeats {
  warnings: Broken[]
  /** True where it is more than chance: see `judgeRepeats`. */
  isAlarm: boolean
  /** Serial numbers of the other terminals, some of them. */
  serials: string[]
}

const PRINTS_LOCK = 7733032
/** So many repetitions are looked at; more are an alarm by themselves. */
const MOST_LOOKED_AT = 200
const MOST_TOLD = 10

/** To the end of the transaction nobody else deposits a key with one of these check values: of two at once the second sees the first. */
export async function lockPrints(db: Database, prints: readonly Print[]): Promise<void> {
  const texts = prints.flatMap(({ kcv, block }) => [
    ...(kcv === null ? [] : [kcv]),
    ...(block === null ? [] : [block.toString('hex')]),
  ])
  if (texts.length === 0) return
  await db.execute(sql`select pg_advisory_xact_lock(${PRINTS_LOCK}, h) from (
    select distinct hashtext(x) as h from ${jsonTexts(texts)} as t(x) order by h) s`)
}

/**
 * Whether other terminals have been given the same keys (PCI PIN 20-1). Equal ciphertexts are one key for certain; of
 * check values of three bytes two of thousands of keys are equal by chance.
 */
export async function findRepeats(
  db: Database,
  terminalId: string,
  prints: readonly Print[],
): Promise<Repeats> {
  const kcvs = prints.flatMap(({ kcv }) => (kcv === null ? [] : [kcv]))
  const blocks = prints.flatMap(({ block }) => (block === null ? [] : [block.toString('hex')]))
  if (kcvs.length + blocks.length === 0) return { warnings: [], isAlarm: false, serials: [] }
  const rows = await db.execute<Repeat & Record<string, unknown>>(sql`
    select t.serial, f.id::text as "fileId", p.kcv, encode(p.block_sha256, 'hex') as block
    from key_prints p join key_files f on f.id = p.file_id join terminals t on t.id = f.terminal_id
    where f.terminal_id <> ${terminalId}
      and (p.kcv in (select x from ${jsonTexts(kcvs)} as t(x))
        or p.block_sha256 in (select decode(x, 'hex') from ${jsonTexts(blocks)} as t(x)))
    limit ${MOST_LOOKED_AT}`)
  return judgeRepeats(prints, rows)
}

interface Repeat {
  serial: string
  fileId: string
  kcv: string | null
  block: string | null
}

/** Digits of a check value that no two keys share by chance (40 bits). */
const CERTAIN_DIGITS = 10

/** Pure: one equal KCV is a warning; an alarm are equal blocks, KCVs of five bytes, or several KCVs of one other file. */
export function judgeRepeats(prints: readonly Print[], rows: readonly Repeat[]): Repeats {
  const blocks = new Set(prints.map(({ block }) => block?.toString('hex')))
  const kcvs = new Set(prints.map(({ kcv }) => kcv))
  const sameBlock = rows.filter(({ block }) => block !== null && blocks.has(block))
  const sameKcv = rows.filter(({ kcv }) => kcv !== null && kcvs.has(kcv))
  const pairs = new Set(sameKcv.map(({ fileId, kcv }) => `${fileId} ${kcv}`))
  const files = [...pairs].map((pair) => pair.split(' ', 1)[0])
  const isShared = new Set(files).size < files.length
  return {
    warnings: [
      ...(sameKcv.length > 0 ? [broken('kcv_repeated')] : []),
      ...(sameBlock.length > 0 ? [broken('block_repeated')] : []),
    ],
    isAlarm:
      sameBlock.length > 0 ||
      isShared ||
      sameKcv.some(({ kcv }) => kcv !== null && kcv.length >= CERTAIN_DIGITS) ||
      rows.length >= MOST_LOOKED_AT,
    serials: [...new Set(rows.map(({ serial }) => serial))].slice(0, MOST_TOLD),
  }
}

const jsonTexts = (texts: readonly string[]): SQL =>
  sql`jsonb_array_elements_text(${JSON.stringify(texts)}::text::jsonb)`
