/** How slips leave for others. Safe for any page. */
export const HANDOUT_KINDS = ['pulled', 'downloaded', 'notified'] as const
export type HandoutKind = (typeof HANDOUT_KINDS)[number]

/** As what they are downloaded. */
export const HANDOUT_FORMATS = ['txt', 'pdf', 'csv', 'zip', 'parquet'] as const
export type HandoutFormat = (typeof HANDOUT_FORMATS)[number]
