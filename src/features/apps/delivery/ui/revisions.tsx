import { For, Show } from 'solid-js'
import { api } from '../../../../app/api'
import { createGrowingList, GrowingList } from '../../../../app/growing-list'
import { makerWords } from '../../../../app/maker'
import { useI18n } from '../../../../i18n'
import { Badge } from '../../../../ui/badge'
import { Button, ButtonLink } from '../../../../ui/button'
import { Card } from '../../../../ui/card'
import { Timeline } from '../../../../ui/timeline'
import type { RevisionView, SetView } from '../../sets/schemas'
import type { SetCommands } from '../../sets/ui/commands'
import { comparePath } from '../../sets/ui/places'
import { appName, wantWords } from '../../sets/ui/words'
import { changesBetween } from './revision-changes'

const PAGE = 20

/** What a set has been, newest first: what each revision changed, by whom, and the way back to it. */
export function Revisions(props: { set: SetView; commands: SetCommands; mayChange: boolean }) {
  const { t, format } = useI18n()
  const list = createGrowingList(() => ({
    // A new revision is a new question: its answer must not wait for the old one to be stale.
    key: [...api.appSets.revisions.key(), props.set.id, props.set.revision],
    limit: PAGE,
    ask: (page, signal) => api.appSets.revisions.fetch({ setId: props.set.id, ...page }, signal),
  }))
  return (
    <Card>
      <GrowingList list={list} lines={6}>
        <Timeline
          entries={list.items().map((one, index) => ({
            id: String(one.revision),
            at: one.madeAt,
            tone: one.revision === props.set.releasedRevision ? 'good' : 'accent',
            title: (
              <span class="inline-flex flex-wrap items-center gap-2">
                {t('sets.page.revision', { revision: format.number(one.revision) })}
                <Show when={one.revision === props.set.releasedRevision}>
                  <Badge tone="good">{t('sets.revisions.released')}</Badge>
                </Show>
                <Show when={one.releasedAt === null}>
                  <Badge tone="warn">{t('sets.revisions.waits')}</Badge>
                </Show>
              </span>
            ),
            details: (
              <>
                <p>{one.madeFor === 'newest' ? t('sets.revisions.forNewest') : makerWords(one.madeBy, t)}</p>
                <Changes before={list.items()[index + 1]} after={one} />
                <div class="mt-2 flex flex-wrap gap-2 empty:hidden">
                  <Show when={one.revision !== props.set.revision}>
                    <Show when={props.mayChange}>
                      <Button
                        size="small"
                        aria-label={t('sets.revisions.restoreNamed', {
                          revision: format.number(one.revision),
                        })}
                        onClick={() => void props.commands.restore(props.set, one)}
                      >
                        {t('sets.do.restore')}
                      </Button>
                    </Show>
                    <ButtonLink
                      size="small"
                      look="quiet"
                      href={comparePath({
                        one: props.set.id,
                        oneRevision: one.revision,
                        other: props.set.id,
                      })}
                    >
                      {t('sets.revisions.compare')}
                    </ButtonLink>
                  </Show>
                </div>
              </>
            ),
          }))}
          {...list.paging}
        />
      </GrowingList>
    </Card>
  )
}

/** What one revision changed of the one before it; of the first, all that it says. */
function Changes(props: { before: RevisionView | undefined; after: RevisionView }) {
  const i18n = useI18n()
  const { t } = i18n
  const changes = () => {
    if (props.before !== undefined) return changesBetween(props.before, props.after)
    const nothing = { ...props.after, removesOthers: false, lines: [] }
    return props.after.revision === 1 ? changesBetween(nothing, props.after) : undefined
  }
  return (
    <Show when={changes()}>
      {(found) => (
        <ul class="mt-1 space-y-0.5 text-ink">
          <For each={found().added}>
            {(line) => (
              <li class="wrap-anywhere">
                {t('sets.revisions.added', { name: appName(line, i18n), what: wantWords(line, i18n) })}
              </li>
            )}
          </For>
          <For each={found().changed}>
            {({ before, after }) => (
              <li class="wrap-anywhere">
                {appName(after, i18n)}:{' '}
                <span class="digits line-through decoration-edge">{wantWords(before, i18n)}</span>
                {' → '}
                <span class="digits font-medium">{wantWords(after, i18n)}</span>
              </li>
            )}
          </For>
          <For each={found().removed}>
            {(line) => (
              <li class="wrap-anywhere">{t('sets.revisions.removed', { name: appName(line, i18n) })}</li>
            )}
          </For>
          <Show when={found().isReordered}>
            <li>{t('sets.revisions.reordered')}</li>
          </Show>
          <Show when={found().removesOthers !== undefined}>
            <li>{t(found().removesOthers ? 'sets.revisions.othersGo' : 'sets.revisions.othersStay')}</li>
          </Show>
          <Show when={found().hasOtherConditions}>
            <li>{t('sets.revisions.conditions')}</li>
          </Show>
        </ul>
      )}
    </Show>
  )
}
