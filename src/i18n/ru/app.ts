import type { Dictionary } from '../dictionaries'

export const app: Dictionary['app'] = {
  name: 'psManager',
  tagline: 'Управление терминалами',
  nav: {
    label: 'Основная навигация',
    license: 'Лицензии',
    licences: 'Файлы лицензий',
    numbers: 'Номера',
    monitoring: 'Мониторинг',
    status: 'Статус',
    administration: 'Администрирование',
    operators: 'Операторы',
    apiKeys: 'Ключи API',
    groups: 'Группы',
    merchants: 'Торговые предприятия',
    audit: 'Журнал аудита',
    open: 'Открыть меню',
    shut: 'Закрыть меню',
  },
  user: {
    account: 'Моя учётная запись',
    signOut: 'Выйти',
    language: 'Язык',
    theme: 'Оформление',
    themeLight: 'Светлое',
    themeDark: 'Тёмное',
    themeSystem: 'Как в системе',
  },
  role: { admin: 'Администратор', operator: 'Оператор', viewer: 'Наблюдатель' },
  notFound: {
    title: 'Такой страницы нет',
    text: 'Адрес набран с ошибкой, или страница переехала.',
    back: 'На главную',
  },
  broken: {
    title: 'Не удалось показать страницу',
    text: 'Ошибка на нашей стороне, она записана в журнал. Обновите страницу через минуту.',
    notLoaded: 'Сервер недоступен или обновлён. Как только он ответит, страница откроется сама.',
    reload: 'Обновить',
  },
  forbidden: {
    title: 'Нет доступа',
    text: 'Ваша роль не позволяет открыть эту страницу. Обратитесь к администратору.',
  },
  offline: 'Связь с сервером потеряна. Данные на экране могли устареть.',
}
