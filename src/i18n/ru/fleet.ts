import type { Dictionary } from '../dictionaries'

export const fleet: Dictionary['fleet'] = {}
