import type { Dictionary } from '../dictionaries'

export const administration: Dictionary['administration'] = {
  permission: {
    terminals: {
      read: 'Просмотр терминалов',
      write: 'Регистрация, изменение, приостановка и вывод терминалов',
      enroll: 'Выдача кодов подключения',
    },
    groups: { read: 'Просмотр групп', write: 'Создание, изменение и удаление групп' },
    merchants: {
      read: 'Просмотр торговых предприятий',
      write: 'Создание, изменение и удаление торговых предприятий',
    },
    licenses: { read: 'Просмотр и скачивание лицензий', write: 'Загрузка, замена и удаление лицензий' },
    status: { read: 'Просмотр данных терминалов' },
    actions: { read: 'Просмотр заданий терминалов' },
    audit: { read: 'Чтение журнала аудита' },
    operators: {
      read: 'Просмотр операторов',
      write: 'Создание операторов, смена роли, ограничений и пароля',
    },
    'api-keys': { read: 'Просмотр ключей API', write: 'Создание и отзыв ключей API' },
  },
}
