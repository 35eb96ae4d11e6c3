import type { Dictionary } from '../dictionaries'

export const account: Dictionary['account'] = {}
