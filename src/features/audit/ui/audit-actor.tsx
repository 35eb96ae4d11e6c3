import Bot from 'lucide-solid/icons/bot'
import KeyRound from 'lucide-solid/icons/key-round'
import Server from 'lucide-solid/icons/server'
import Smartphone from 'lucide-solid/icons/smartphone'
import User from 'lucide-solid/icons/user'
import { Dynamic } from 'solid-js/web'
import { useI18n } from '../../../i18n'
import type { AuditEntry } from '../schemas'
import { actorWords } from './words'

const ICONS: Record<string, typeof User> = {
  operator: User,
  integrator: KeyRound,
  terminal: Smartphone,
  job: Server,
}

/** Who did it: a person, a program, a terminal or the server itself. */
export function AuditActor(props: { actor: AuditEntry['actor'] }) {
  const i18n = useI18n()
  const words = () => actorWords(props.actor, i18n)
  return (
    <span class="inline-flex max-w-full items-center gap-1.5">
      <ActorIcon kind={props.actor.kind} />
      <span class="truncate" title={`${i18n.lookup(`audit.actor.${props.actor.kind}`)}: ${props.actor.name}`}>
        {words()}
      </span>
    </span>
  )
}

export function ActorIcon(props: { kind: string }) {
  return (
    <Dynamic component={ICONS[props.kind] ?? Bot} class="size-4 shrink-0 text-muted" aria-hidden="true" />
  )
}
