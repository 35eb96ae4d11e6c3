import type { Dictionary } from '../dictionaries'

export const license: Dictionary['license'] = {}
