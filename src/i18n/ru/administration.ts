import type { Dictionary } from '../dictionaries'

export const administration: Dictionary['administration'] = {}
