import Bot from 'lucide-solid/icons/bot'
import KeyRound from 'lucide-solid/icons/key-round'
import Server from 'lucide-solid/icons/server'
import Smartphone from 'lucide-solid/icons/smartphone'
import User from 'lucide-solid/icons/user'
import { Dynamic } from 'solid-js/web'
import { useI18n } from '../../../i18n'
import type { AuditEntry } from '../schemas'

const ICONS: Record<string, typeof User> = {
  operator: User,
  integrator: KeyRound,
  terminal: Smartphone,
  job: Server,
}

/** Who did it: a person, a program, a terminal or the server itself. */
export function AuditActor(props: { actor: AuditEntry['actor'] }) {
  const { lookup } = useI18n()
  const kind = () => lookup(`audit.actor.${props.actor.kind}`) ?? props.actor.kind
  return (
    <span class="inline-flex max-w-full items-center gap-1.5">
      <Dynamic
        component={ICONS[props.actor.kind] ?? Bot}
        class="size-4 shrink-0 text-muted"
        aria-hidden="true"
      />
      <span class="sr-only">{kind()}</span>
      <span class="truncate" title={`${kind()}: ${props.actor.name}`}>
        {props.actor.name}
      </span>
    </span>
  )
}
