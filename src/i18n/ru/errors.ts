import type { Dictionary } from '../dictionaries'

export const errors: Dictionary['errors'] = {
  forbidden: 'Ваша роль этого не позволяет.',
  unauthenticated: 'Сеанс завершён. Войдите снова.',
  invalid_input: 'Некоторые поля заполнены неверно.',
  internal: 'Ошибка на сервере; она записана в журнал. Повторите через минуту.',
  server_busy: 'Сервер занят. Ничего не изменено; повторите через минуту.',
  database_unreachable: 'База данных недоступна. Ничего не изменено; повторите через минуту.',
  not_found: 'Этого больше нет.',
}
