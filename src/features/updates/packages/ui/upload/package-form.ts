import { z } from 'zod'
import { NewPackage } from '../../schemas'
import { toOptions } from '../choices'
import type { Draft } from './draft'

const { platform, component, version, notes } = NewPackage.shape

/** The form of a new package, beside its files. */
export const PackageForm = z.object({
  platform,
  component,
  version: version.unwrap(),
  fromVersion: z.string().trim().max(64),
  models: z.array(z.object({ value: z.string(), label: z.string() })).max(50),
  notes: notes.unwrap(),
})
export type PackageForm = Omit<z.input<typeof PackageForm>, 'platform'> & { platform: string }
export type PackageValues = z.output<typeof PackageForm>

export function initialForm(restored: Draft | undefined): PackageForm {
  return {
    platform: restored?.platform ?? '',
    component: restored?.component ?? '',
    version: restored?.version ?? '',
    fromVersion: restored?.fromVersion ?? '',
    models: toOptions(restored?.models ?? []),
    notes: restored?.notes ?? '',
  }
}
