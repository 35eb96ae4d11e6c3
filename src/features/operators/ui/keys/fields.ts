import { z } from 'zod'
import { MOST_ALLOWED_ADDRESSES } from '../../lists'
import { AllowedAddress, CreateApiKeyInput } from '../../schemas'

/** Addresses and networks as people paste them, a line each; what is wrong names its line. */
const AddressLines = z.string().transform((text, ctx) => {
  const networks: string[] = []
  for (const [at, line] of text.split('\n').entries())
    for (const one of line.split(/[\s,;]+/).filter((part) => part !== '')) {
      const parsed = AllowedAddress.safeParse(one)
      if (parsed.success) networks.push(parsed.data)
      else ctx.addIssue({ code: 'custom', ...wrongLine(parsed.error.issues[0], { line: at + 1, text: one }) })
    }
  if (networks.length > MOST_ALLOWED_ADDRESSES)
    ctx.addIssue({
      code: 'custom',
      message: 'apiKeys.addresses.tooMany',
      params: { most: MOST_ALLOWED_ADDRESSES },
    })
  return networks
})

function wrongLine(issue: z.core.$ZodIssue | undefined, where: { line: number; text: string }) {
  const network: unknown = issue?.code === 'custom' ? issue.params?.network : undefined
  return network === undefined
    ? { message: 'apiKeys.addresses.wrong', params: where }
    : { message: 'apiKeys.addresses.bitsBehind', params: { ...where, network } }
}

/** Nothing means that the setting decides. */
const RateText = z
  .string()
  .trim()
  .transform((text) => (text === '' ? null : Number(text)))
  .pipe(CreateApiKeyInput.shape.requestsPerMinute.unwrap().nullable())

export const KeyFields = CreateApiKeyInput.pick({ name: true, scopes: true }).extend({
  /** A day as the field gives it, or nothing. */
  validTo: z.string(),
  allowedAddresses: AddressLines,
  requestsPerMinute: RateText,
})

/** The last day of a key, where the person is; nothing for one without an end. */
export function lastDayOf(expiresAt: string | null): string {
  return expiresAt === null ? '' : dayOf(new Date(Date.parse(expiresAt) - 1))
}

/** Midnight after the day, where the person is. */
export function endOf(day: string): string {
  const end = new Date(`${day}T00:00:00`)
  end.setDate(end.getDate() + 1)
  return end.toISOString()
}

export const today = () => dayOf(new Date())

function dayOf(moment: Date): string {
  return new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 10)
}
