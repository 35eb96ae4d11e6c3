import { Tooltip as Kobalte } from '@kobalte/core/tooltip'
import type { JSX } from 'solid-js'

export interface TooltipProps {
  /** What is told on hover and focus; never the only place where something needed is said. */
  text: string
  /** What it is told about; becomes reachable by Tab. */
  children: JSX.Element
  /** Classes of the trigger. */
  class?: string
}

/** Words beside a thing that has no room for them, such as an exact time beside "3 minutes ago". */
export function Tooltip(props: TooltipProps) {
  return (
    <Kobalte gutter={6} openDelay={300} closeDelay={100}>
      <Kobalte.Trigger as="span" tabIndex={0} class={props.class ?? 'cursor-default rounded-sm'}>
        {props.children}
      </Kobalte.Trigger>
      <Kobalte.Portal>
        <Kobalte.Content class="z-50 max-w-72 rounded-lg bg-ink px-2.5 py-1.5 text-xs leading-5 text-canvas shadow-lg">
          {props.text}
        </Kobalte.Content>
      </Kobalte.Portal>
    </Kobalte>
  )
}
