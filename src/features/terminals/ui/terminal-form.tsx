import { z } from 'zod'
import { useI18n } from '../../../i18n'
import { ComboField, ComboManyField, type ComboOption } from '../../../ui/combo-field'
import { SelectField, TextArea, TextField } from '../../../ui/field'
import { createForm } from '../../../ui/form'
import { Platform, RegisterTerminalInput, Serial, TidEntry, TransportKeyKcv } from '../schemas'
import { IntervalField } from './interval-field'
import { findGroups, useMerchantChoice } from './places'
import { type TidDraft, TidRows } from './tid-rows'
import { usePlatforms } from './words'

const { model, address, notes } = RegisterTerminalInput.shape

/** What a person fills in, with what fields hold in place of ids. */
const TerminalForm = z.object({
  serial: Serial,
  platform: z.string().pipe(Platform),
  model,
  tids: z
    .array(TidEntry)
    .max(20)
    .superRefine((tids, context) => {
      tids.forEach(({ acquirer }, index) => {
        if (tids.findIndex((one) => one.acquirer === acquirer) < index)
          context.addIssue({
            code: 'custom',
            message: 'fleet.form.oneTidForEach',
            path: [index, 'acquirer'],
          })
      })
    }),
  merchant: z.custom<ComboOption | null>(),
  groups: z.array(z.custom<ComboOption>()),
  address,
  notes,
  checkInSeconds: z.string(),
  transportKeyKcv: z
    .string()
    .trim()
    .toUpperCase()
    .refine((kcv) => kcv === '' || TransportKeyKcv.safeParse(kcv).success, 'fleet.form.transportKeyWrong'),
})

export interface TerminalDraft {
  serial: string
  platform: string
  model: string
  tids: TidDraft[]
  merchant: ComboOption | null
  groups: ComboOption[]
  address: string
  notes: string
  checkInSeconds: string
  transportKeyKcv: string
}

const EMPTY: TerminalDraft = {
  serial: '',
  platform: '',
  model: '',
  tids: [],
  merchant: null,
  groups: [],
  address: '',
  notes: '',
  checkInSeconds: '',
  transportKeyKcv: '',
}

/** What the server takes: the serial number apart, and without what the profile of a terminal holds. */
export type TerminalFacts = Omit<
  z.output<typeof RegisterTerminalInput>,
  'serial' | 'timeZone' | 'mayRedirect'
>

/** The form by which a terminal is registered or changed. `submit` gets what the server takes. */
export function createTerminalForm(options: {
  initial?: TerminalDraft
  submit: (serial: string, facts: TerminalFacts) => Promise<void>
}) {
  const merchants = useMerchantChoice()
  const form = createForm<TerminalDraft, z.output<typeof TerminalForm>>({
    schema: TerminalForm as unknown as z.ZodType<z.output<typeof TerminalForm>, TerminalDraft>,
    initial: options.initial ?? EMPTY,
    async submit({ serial, merchant, groups, checkInSeconds, transportKeyKcv, ...facts }) {
      await options.submit(serial, {
        ...facts,
        merchantId: await merchants.idOf(merchant),
        groupIds: groups.map(({ value }) => value),
        checkInIntervalSeconds: checkInSeconds === '' ? null : Number(checkInSeconds),
        transportKeyKcv: transportKeyKcv === '' ? null : transportKeyKcv,
      })
    },
  })
  return { form, merchants }
}

type Made = ReturnType<typeof createTerminalForm>

/** Its fields; a serial number never changes. */
export function TerminalFields(props: { made: Made; isSerialFixed?: boolean }) {
  const { t } = useI18n()
  const platforms = usePlatforms()
  const { form, merchants } = props.made
  const tids = form.field('tids')
  return (
    <>
      <div class="grid grid-cols-1 gap-5 sm:grid-cols-2">
        <TextField
          label={t('fleet.fact.serial')}
          hint={t('fleet.form.serialHint')}
          isCode
          isRequired
          autocomplete="off"
          disabled={props.isSerialFixed ?? false}
          {...form.field('serial')}
        />
        <SelectField
          label={t('fleet.fact.platform')}
          isRequired
          placeholder={t('fleet.form.choosePlatform')}
          options={platforms.options()}
          {...form.field('platform')}
        />
        <TextField label={t('fleet.fact.model')} hint={t('fleet.form.modelHint')} {...form.field('model')} />
        <IntervalField label={t('fleet.fact.interval')} {...form.field('checkInSeconds')} />
      </div>
      <TidRows value={tids.value} onInput={tids.onInput} errorAt={form.errorAt} />
      <div class="grid grid-cols-1 gap-5 sm:grid-cols-2">
        <ComboField
          label={t('fleet.fact.merchant')}
          hint={t('fleet.form.merchantHint')}
          load={merchants.load}
          {...form.field('merchant')}
        />
        <ComboManyField label={t('fleet.fact.groups')} load={findGroups} {...form.field('groups')} />
      </div>
      <TextField label={t('fleet.fact.address')} {...form.field('address')} />
      <TextField
        label={t('fleet.fact.transportKey')}
        hint={t('fleet.form.transportKeyHint')}
        isCode
        autocomplete="off"
        {...form.field('transportKeyKcv')}
      />
      <TextArea label={t('fleet.fact.notes')} rows={2} {...form.field('notes')} />
    </>
  )
}
