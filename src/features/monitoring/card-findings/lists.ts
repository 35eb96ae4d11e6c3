/** In what a terminal sent card numbers were found. Safe for any page. */
export const CARD_SOURCES = ['ecr-log', 'slip', 'pos-log', 'message'] as const
export type CardSource = (typeof CARD_SOURCES)[number]
