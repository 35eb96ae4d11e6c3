import type { ReceiptFormat } from '../../downloads/lists'
import type { Copy } from '../../ingest/lists'
import type { SlipFilter } from '../../search/schemas'

/** Where things are in the app, and their bytes on the server. */
export const SLIPS = '/eslip/search'

export const slipPath = (slipId: string) => `${SLIPS}/${slipId}`
export const terminalPath = (terminalId: string) => `/monitoring/status/${terminalId}`
/** The slips of one terminal, whenever they came. */
export const slipsOfTerminal = (terminalId: string) => `${SLIPS}?period=any&terminal=${terminalId}`
export const slipsOfTid = (tid: string) => `${SLIPS}?period=any&tid=${encodeURIComponent(tid)}`

export const receiptPath = (slipId: string, format: ReceiptFormat, copy: Copy, locale: string) =>
  `/api/v1/eslips/${slipId}/receipt.${format}?${new URLSearchParams({ copy, lang: locale })}`

/** Where the slips of a filter are to be had: as one table, or as a receipt each. */
export function exportPath(filter: SlipFilter, format: 'csv' | ReceiptFormat, locale: string): string {
  const query = new URLSearchParams({ lang: locale })
  for (const [name, value] of Object.entries(filter)) if (value !== undefined) query.set(name, String(value))
  if (format === 'csv') return `/api/v1/eslips/export.csv?${query}`
  query.set('format', format)
  return `/api/v1/eslips/export.zip?${query}`
}
