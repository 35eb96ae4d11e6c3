import CircleCheck from 'lucide-solid/icons/circle-check'
import { Match, Show, Switch } from 'solid-js'
import { failureOf } from '../../../../../app/failure'
import { useI18n } from '../../../../../i18n'
import { Spinner } from '../../../../../ui/button'
import { Card } from '../../../../../ui/card'
import { ErrorNote } from '../../../../../ui/error-note'
import { Metadata } from '../metadata'
import { WarningList } from '../warnings'
import { groupWarnings } from '../words'
import type { Inspection, Report } from './inspection'

/** What the inspector has read, and what it finds doubtful. */
export function ReportCard(props: { inspection: Inspection }) {
  const i18n = useI18n()
  const { t } = i18n
  return (
    <Card title={t('packages.upload.report')}>
      <Switch fallback={<p class="text-sm text-muted">{t('packages.upload.reportLater')}</p>}>
        <Match when={props.inspection.error()}>
          {(error) => <ErrorNote {...failureOf(error(), i18n)} onRetry={() => props.inspection.retry()} />}
        </Match>
        <Match when={props.inspection.report()}>
          {(report) => <Contents report={report()} isLooking={props.inspection.isLooking()} />}
        </Match>
        <Match when={props.inspection.isLooking()}>
          <Looking />
        </Match>
      </Switch>
    </Card>
  )
}

function Looking() {
  const { t } = useI18n()
  return (
    <p role="status" class="flex items-center gap-2 text-sm text-muted">
      <Spinner />
      {t('packages.upload.reading')}
    </p>
  )
}

function Contents(props: { report: Report; isLooking: boolean }) {
  const { t, tn } = useI18n()
  const kinds = () => groupWarnings(props.report.warnings).length
  return (
    <div class="space-y-4">
      <Show when={props.report.kind === 'file-set'}>
        <p class="text-sm text-muted">{t('packages.upload.reportSet')}</p>
      </Show>
      <Show when={Object.keys(props.report.inspected).length > 0}>
        <Metadata inspected={props.report.inspected} />
      </Show>
      <Show when={!props.isLooking} fallback={<Looking />}>
        <div role="status" class="space-y-3">
          <Show
            when={kinds() > 0}
            fallback={
              <p class="flex items-center gap-2 text-sm font-medium text-good">
                <CircleCheck class="size-4" aria-hidden="true" />
                {t('packages.upload.noWarnings')}
              </p>
            }
          >
            <p class="text-sm">
              <b class="font-semibold">{tn('packages.upload.warnings', kinds())}</b>{' '}
              <span class="text-muted">{t('packages.upload.warningsText')}</span>
            </p>
            <WarningList warnings={props.report.warnings} />
          </Show>
        </div>
      </Show>
    </div>
  )
}
