/** Slips that one download may have at most. A PDF takes some time of a processor. Safe for any page. */
export const MOST_SLIPS_OF = { csv: 100_000, txt: 100_000, pdf: 10_000 } as const

export const RECEIPT_FORMATS = ['txt', 'pdf'] as const
export type ReceiptFormat = (typeof RECEIPT_FORMATS)[number]
