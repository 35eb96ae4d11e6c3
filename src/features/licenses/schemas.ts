import { z } from 'zod'
import { Platform, Serial } from '../terminals/schemas'
import { type DayEdge, readDate } from './recognise/dates'

/** A licence is a small file; larger ones are refused before they are read. */
export const LICENCE_MAX_BYTES = 1024 * 1024

const label = z
  .string()
  .trim()
  .regex(/^[^\p{C}]{1,128}$/u, 'has 1 to 128 printable characters')

/** A date by hand: anything the licence reader understands in a file, as an instant in UTC. */
function dateAt(edge: DayEdge) {
  return z.string().transform((raw, check) => {
    const instant = readDate(raw, edge)
    if (instant !== undefined) return instant
    check.addIssue({ code: 'custom', message: 'write the date as YYYY-MM-DD, DD.MM.YYYY or ISO 8601' })
    return z.NEVER
  })
}

/** Facts given by whoever imports a licence; they win over those in the file. */
export const GivenFacts = z.object({
  serial: Serial.optional(),
  platform: Platform.optional(),
  licId: label.optional(),
  product: label.optional(),
  issuedAt: dateAt('start').optional().describe('A day without time is its start in UTC.'),
  validUntil: dateAt('end').optional().describe('A day without time is its end in UTC.'),
})
