import { createMasker } from '../../src/core/pan-guard'
import { readFileSync } from 'node:fs'
