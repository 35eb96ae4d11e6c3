import type { Inputs } from '../../../../client'
import type { I18n } from '../../../../i18n'
import type { ComboOption } from '../../../../ui/combo-field'
import { knownPlatform } from '../../../terminals/lists'
import { Serial } from '../../../terminals/schemas'
import { findTerminals } from '../finders'

export type SwapInput = Inputs['swaps']['preview']
/** Marks an option that names a terminal which is registered by the swap. */
const NEW = 'new:'

/** Terminals to choose from, and what is typed as the serial number of one that is not registered yet. */
export function replacementFinder({ t }: Pick<I18n, 't'>) {
  return async (search: string): Promise<ComboOption[]> => {
    const found = await findTerminals(search)
    const serial = Serial.safeParse(search)
    if (!serial.success || found.some(({ label }) => label === serial.data)) return found
    return [...found, { value: `${NEW}${serial.data}`, label: serial.data, hint: t('profile.swap.register') }]
  }
}

export const isNew = (option: ComboOption | null) => option?.value.startsWith(NEW) ?? false

/** What the server is told of the terminal that takes over; undefined until one is named. */
export function replacementOf(
  option: ComboOption | null,
  more: { platform: string; model: string },
): SwapInput['replacement'] | undefined {
  if (option === null) return undefined
  if (!isNew(option)) return { terminalId: option.value }
  const platform = knownPlatform(more.platform)
  const model = more.model.trim()
  return {
    serial: option.value.slice(NEW.length),
    ...(platform === undefined ? {} : { platform }),
    ...(model === '' ? {} : { model }),
  }
}
