import { type BeforeLeaveEventArgs, useBeforeLeave } from '@solidjs/router'
import { onCleanup, onMount } from 'solid-js'
import { type Question, useConfirm } from '../ui/confirm'

/**
 * Asks before a page is left on which something would be lost: `questionOf` says what, and nothing while there is none.
 * `isOwn` names changes of address that do not leave the page.
 */
export function guardLeaving(
  questionOf: () => Omit<Question, 'isDangerous'> | undefined,
  isOwn: (event: BeforeLeaveEventArgs) => boolean = () => false,
): void {
  const confirm = useConfirm()
  useBeforeLeave((event) => {
    const question = event.defaultPrevented || isOwn(event) ? undefined : questionOf()
    if (question === undefined) return
    event.preventDefault()
    void confirm({ ...question, isDangerous: true }).then((isSure) => isSure && event.retry(true))
  })
  const ask = (event: BeforeUnloadEvent) => {
    if (questionOf() !== undefined) event.preventDefault()
  }
  onMount(() => addEventListener('beforeunload', ask))
  onCleanup(() => removeEventListener('beforeunload', ask))
}
