import { z } from 'zod'

/** A whole number within bounds as people write it, or nothing. */
export const whole = (min: number, max: number, message: string) =>
  z
    .string()
    .trim()
    .refine((text) => text === '' || (/^[-−]?\d+$/.test(text) && isWithin(numberOf(text), min, max)), message)

/** What was written as a number; a comma may part the decimals. */
export const numberOf = (text: string) => Number(text.trim().replace('−', '-').replace(',', '.'))

const isWithin = (value: number, min: number, max: number) => value >= min && value <= max
