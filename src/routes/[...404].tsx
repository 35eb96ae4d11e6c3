import { Title } from '@solidjs/meta'
import { useI18n } from '../i18n'
import { ButtonLink } from '../ui/button'
import { EmptyState } from '../ui/empty-state'

export default function NotFound() {
  const { t } = useI18n()
  return (
    <>
      <Title>{`${t('app.notFound.title')} – ${t('app.name')}`}</Title>
      <EmptyState isPage title={t('app.notFound.title')} text={t('app.notFound.text')}>
        <ButtonLink href="/">{t('app.notFound.back')}</ButtonLink>
      </EmptyState>
    </>
  )
}
