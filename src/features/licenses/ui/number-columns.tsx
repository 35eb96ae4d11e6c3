import { A } from '@solidjs/router'
import Ellipsis from 'lucide-solid/icons/ellipsis'
import FileText from 'lucide-solid/icons/file-text'
import Smartphone from 'lucide-solid/icons/smartphone'
import UploadIcon from 'lucide-solid/icons/upload'
import { For, Show } from 'solid-js'
import type { z } from 'zod'
import type { I18n } from '../../../i18n'
import { Badge } from '../../../ui/badge'
import { buttonClasses } from '../../../ui/button'
import { DropdownMenu } from '../../../ui/menu'
import type { Column } from '../../../ui/table'
import { StateBadge } from '../../terminals/ui/state-badge'
import { platformsIn } from '../../terminals/ui/words'
import type { NumberView } from '../schemas'
import { licencePath, terminalPath, uploadPath } from './places'
import { Validity } from './validity'

export type NumberRow = z.infer<typeof NumberView>
type Held = NumberRow['licenses'][number]

/** How far a licence has come on its way to the terminal. */
function deliveryOf(held: Held) {
  if (held.acceptedAt !== null) return { key: 'license.numbers.accepted', tone: 'good' } as const
  if (held.fetchedAt !== null) return { key: 'license.numbers.fetched', tone: 'info' } as const
  if (held.offeredAt !== null) return { key: 'license.numbers.offered', tone: 'info' } as const
  return { key: 'license.numbers.waitingYet', tone: 'neutral' } as const
}

export function numberColumns(
  i18n: I18n,
  options: { mayWrite: boolean; soonDays: () => number },
): Column<NumberRow>[] {
  const { t } = i18n
  return [
    {
      id: 'serial',
      header: t('license.fact.serial'),
      isFixed: true,
      cell: (row) => (
        <A
          href={terminalPath(row.terminalId)}
          class="digits rounded font-medium break-all text-accent hover:underline"
        >
          {row.serial}
        </A>
      ),
    },
    {
      id: 'platform',
      header: t('license.fact.platform'),
      cell: (row) => <span class="whitespace-nowrap">{platformsIn(i18n).nameOf(row.platform)}</span>,
    },
    {
      id: 'state',
      header: t('license.fact.state'),
      cell: (row) => <StateBadge state={row.state} />,
    },
    {
      id: 'held',
      header: t('license.numbers.held'),
      isFixed: true,
      cell: (row) => (
        <Show
          when={row.licenses.length > 0}
          fallback={<Badge tone="warn">{t('license.numbers.noLicence')}</Badge>}
        >
          <ul class="space-y-1.5">
            <For each={row.licenses}>
              {(held) => <HeldLicence held={held} i18n={i18n} soonDays={options.soonDays()} />}
            </For>
          </ul>
        </Show>
      ),
    },
    {
      id: 'reported',
      header: t('license.numbers.reported'),
      cell: (row) => <Reported row={row} i18n={i18n} />,
    },
    {
      id: 'actions',
      header: t('ui.actions'),
      isFixed: true,
      align: 'end',
      cell: (row) => (
        <DropdownMenu
          label={t('license.numbers.actions', { serial: row.serial })}
          class={buttonClasses('quiet', 'small', 'aspect-square !px-0')}
          items={[
            ...(options.mayWrite
              ? [
                  {
                    label: t('license.numbers.upload'),
                    icon: UploadIcon,
                    href: uploadPath({ serial: row.serial, platform: row.platform }),
                  },
                ]
              : []),
            {
              label: t('license.numbers.openTerminal'),
              icon: Smartphone,
              href: terminalPath(row.terminalId),
            },
            ...row.licenses.map((held) => ({
              label: t('license.numbers.openLicence', { licId: held.licId }),
              icon: FileText,
              href: licencePath(held.id),
            })),
          ]}
        >
          <Ellipsis class="size-4" aria-hidden="true" />
        </DropdownMenu>
      ),
    },
  ]
}

function HeldLicence(props: { held: Held; i18n: I18n; soonDays: number }) {
  const delivery = () => deliveryOf(props.held)
  return (
    <li class="flex flex-wrap items-center gap-x-3 gap-y-1 max-sm:justify-end">
      <A
        href={licencePath(props.held.id)}
        class="digits rounded font-medium break-all text-accent hover:underline"
      >
        {props.held.licId}
      </A>
      <Show when={props.held.product}>
        <span class="text-muted">{props.held.product}</span>
      </Show>
      <Validity until={props.held.validUntil} soonDays={props.soonDays} />
      <Badge tone={delivery().tone}>{props.i18n.t(delivery().key)}</Badge>
    </li>
  )
}

/** What the terminal itself says it holds, and whether that is one of those it should. */
function Reported(props: { row: NumberRow; i18n: I18n }) {
  const { t } = props.i18n
  const isKnown = (licId: string) => props.row.licenses.some((held) => held.licId === licId)
  return (
    <Show
      when={props.row.reported.length > 0}
      fallback={<span class="text-muted">{t('license.numbers.reportedNothing')}</span>}
    >
      <ul class="space-y-1">
        <For each={props.row.reported}>
          {(one) => (
            <li class="flex flex-wrap items-center gap-2 max-sm:justify-end">
              <span class="digits break-all">{one.licId}</span>
              <Show when={!isKnown(one.licId)}>
                <Badge tone="warn">{t('license.numbers.reportedOther')}</Badge>
              </Show>
            </li>
          )}
        </For>
      </ul>
    </Show>
  )
}
