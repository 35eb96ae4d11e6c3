import { z } from 'zod'
import { nameText } from '../../../core/names'
import { Password, Username } from '../schemas'

/** Longer ones are nobody's: said before a byte of them is hashed. */
const GivenPassword = z.string().min(1).max(200)

export const SignInInput = z.object({ login: z.string().trim().min(1).max(200), password: GivenPassword })

const TotpCode = z
  .string()
  .max(20)
  .transform((text) => text.replaceAll(/\s/g, ''))
  .pipe(z.string().regex(/^\d{6}$/, 'a code has six digits'))

export const SecondFactorInput = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('totp'), code: TotpCode }),
  z.object({ kind: z.literal('backup'), code: z.string().trim().min(1).max(20) }),
])
/** Everything that signing in asks for, at once. */
export const ProofInput = z.object({ password: GivenPassword, secondFactor: SecondFactorInput.optional() })
export const ConfirmInput = z.object({ code: TotpCode })
export const PasswordAgain = z.object({ password: GivenPassword })
export const NoInput = z.object({})
export const ChangePasswordInput = z
  .object({ currentPassword: GivenPassword, newPassword: Password })
  .refine(({ currentPassword, newPassword }) => currentPassword !== newPassword, {
    path: ['newPassword'],
    message: 'a new password differs from the old one',
  })
export const SetupInput = z.object({
  token: z.string().min(1).max(100),
  username: Username,
  name: nameText(100).optional(),
  password: Password,
})
