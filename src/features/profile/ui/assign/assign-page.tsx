import { useSearchParams } from '@solidjs/router'
import { createSignal } from 'solid-js'
import { Page } from '../../../../app/page'
import { useI18n } from '../../../../i18n'
import { Card } from '../../../../ui/card'
import { Segmented } from '../../../../ui/segmented'
import { rulePath } from '../../../updates/packages/ui/places'
import { createChoice } from '../choose/choice'
import { ChoiceFields } from '../choose/choice-fields'
import { SubjectField } from '../choose/subject-field'
import { rulesFinder, useRuleOf } from '../finders'
import { ASSIGNMENTS } from '../places'
import { createAssignmentPreview } from './input'
import { PreviewPanel } from './preview-panel'

const WHATS = ['assign', 'unassign'] as const

/** Gives a rule to terminals, or takes it away: what would change stands beside it before anything is done. */
export function AssignPage() {
  const i18n = useI18n()
  const { t } = i18n
  const [given, setGiven] = useSearchParams<{ rule: string; what: string }>()
  const [what, setWhat] = createSignal(WHATS.find((one) => one === given.what) ?? 'assign')
  // What is typed and chosen is in signals: the address follows, and its changes hold nothing of that up.
  const [ruleId, setRuleId] = createSignal(given.rule)
  const rule = useRuleOf(ruleId)
  const choose = (next: string | undefined) => {
    setRuleId(next)
    setGiven({ rule: next }, { scroll: false, replace: true })
  }
  const choice = createChoice()
  const preview = createAssignmentPreview(() => {
    const [chosenRule, chosen] = [ruleId(), choice.value()]
    if (chosenRule === undefined || chosen === undefined) return undefined
    return { ruleId: chosenRule, what: what(), choice: chosen }
  })
  return (
    <Page
      title={t('profile.assign.title')}
      permission="updates:write"
      parent={{ title: t('profile.list.title'), href: ASSIGNMENTS }}
      text={t('profile.assign.text')}
    >
      <div class="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_24rem] xl:grid-cols-[minmax(0,1fr)_30rem]">
        <Card>
          <div class="space-y-5">
            <Segmented
              label={t('profile.assign.what')}
              value={what()}
              segments={WHATS.map((one) => ({ value: one, label: t(`profile.assign.do.${one}`) }))}
              onChange={setWhat}
            />
            <SubjectField
              label={t('profile.assign.rule')}
              load={rulesFinder(i18n)}
              value={rule()}
              onInput={choose}
              id={ruleId()}
              pathOf={rulePath}
              show={t('profile.assign.showRule')}
            />
            <ChoiceFields choice={choice} />
          </div>
        </Card>
        <PreviewPanel
          what={what()}
          preview={preview}
          hint={ruleId() === undefined ? t('profile.assign.missing.rule') : choice.hint()}
          onApplied={() => {
            // A list is used up by what was done with it.
            if (choice.kind() === 'csv') choice.setSent(undefined)
            else void preview.refetch()
          }}
        />
      </div>
    </Page>
  )
}
