export const SETS = '/apps/sets'

export const setPath = (setId: string) => `${SETS}/${setId}`
