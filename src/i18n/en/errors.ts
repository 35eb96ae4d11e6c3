/** What each stable code of a refusal means to the person who meets it, and what to do. tests/i18n keeps the list complete. */
export const errors = {
  code_needed: 'Your account has a second factor: enter its code as well.',
  second_factor_needed:
    'Your role needs a second factor. Set one up under “My account”; then all this opens.',
  two_factor_required: 'Your role needs the second factor: it cannot be switched off.',
  reauthentication_needed: 'Nothing was changed: this needs your password once more.',
  action_not_found: 'There is no such action any more.',
  action_not_retryable: 'Only an action that failed or was refused can be offered again.',
  alert_clear_threshold_too_low: 'It must clear above the value at which it is raised ({{ threshold }}).',
  alert_not_found: 'There is no such alert any more, or you do not see what it is about.',
  alert_recipient_exists: 'This address is there already.',
  alert_recipient_not_found: 'There is no such address.',
  mail_not_set: 'No mail server is set: SMTP_URL, MAIL_FROM and PUBLIC_URL are needed.',
  too_many_alert_recipients:
    'There are {{ max }} addresses, and no more may be. Delete one, or use a mailing list.',
  alert_rule_changed: 'Somebody has changed this rule meanwhile. Open it again and repeat your change.',
  alert_threshold_out_of_range: 'Write a threshold from {{ min }} to {{ max }}.',
  already_active: 'These terminals are enrolled already: {{ serials }}. Re-open them first.',
  analysis_not_counted: 'These terminals are being counted for the first time. Try again in a minute.',
  address_not_allowed: 'This API key may not be used from this address. An administrator can allow it.',
  api_key_expired: 'This key has expired. Give it a later end first.',
  api_key_revoked: 'This key is revoked for good. Make another one.',
  api_key_not_found: 'There is no such API key any more.',
  apk_inspection_busy: 'Other APKs are being looked into just now. Try again in some seconds.',
  apk_refused: 'This file is no APK that could be given to terminals.',
  app_icon_not_found: 'This version has no icon that can be shown.',
  app_in_use: 'Sets install versions of this application: {{ sets }}. Take it out of them first.',
  app_not_found: 'There is no such application any more.',
  app_pattern_too_broad:
    'A protected name is a package such as com.example.pos, or the beginning of some such as com.example.*.',
  app_preview_busy: 'Other previews of sets are being made just now. Try again in some seconds.',
  app_set_apps_missing:
    'Applications or versions that the set names are not there any more: {{ packages }}. Choose others.',
  app_set_changed: '{{ by }} changed the set meanwhile. Look at it as it is now, then change it again.',
  app_set_connected:
    'Terminals are connected to this set: {{ terminals }}. Connect them to another one, or disconnect them first.',
  app_set_in_rollout:
    'The set is on its way by the rollout “{{ rollout }}”. Let it finish, or stop it first.',
  app_set_name_taken: 'There is a set of applications with this name already.',
  app_set_names_twice: 'The set names an application twice. Take one of the two out.',
  app_set_not_found: 'There is no such set of applications any more.',
  app_set_waiting:
    'A revision of the set waits. Roll it out or release it first, then let changes go at once.',
  app_set_released: 'The newest revision of the set is out already: there is nothing to bring.',
  app_set_removes_protected:
    'The set wants a protected application gone: {{ packages }}. Take it out of the set, or off the list.',
  app_set_revision_not_found: 'The set has no such revision.',
  app_signer_differs:
    'Version {{ versionName }} ({{ versionCode }}) of {{ package }} is signed by another certificate than the versions before. Terminals would take it only after the application and its data are removed.',
  app_version_exists:
    '{{ package }} has version code {{ versionCode }} already, with other contents. The maker has to give the new one a higher code.',
  app_version_in_use: 'Sets install this version: {{ sets }}. Take it out of them first.',
  app_version_not_found: 'There is no such version any more.',
  assignment_changed:
    'Meanwhile other terminals would change than the preview said. Look at the preview again.',
  audit_entry_not_found: 'There is no such entry, or it is not yours to see.',
  audit_outside_limits:
    'The audit log has the entries of everybody. Only who sees all terminals may verify it.',
  bad_content_digest: 'The checksum sent with this part cannot be read.',
  blob_bucket_missing: 'The store for files is not set up: its bucket does not exist. Ask an administrator.',
  blob_hash_mismatch: 'The file arrived damaged and nothing of it was kept. Upload it again.',
  blob_store_denied:
    'The store for files refuses this server: its keys, or their rights, are not right. Ask an administrator.',
  blob_store_full: 'The store for files is full. Nothing was kept; ask an administrator.',
  blob_store_unreachable: 'The store for files cannot be reached. Nothing was kept; try again in a moment.',
  body_too_large: 'This is larger than it may be.',
  csv_too_long: 'The CSV has more lines than one import takes. Split it into several files.',
  csv_quote_open:
    'The quotation mark that opens at line {{ line }} is not closed. Remove it, or put another one at the end of the cell.',
  csv_unreadable: 'This is not a CSV with a column for serial numbers. Compare it with the template.',
  batch_beyond_rate: 'This batch has more calls than the key may make a minute. Send it in smaller ones.',
  csv_without_names: 'This is not a CSV with a column of TIDs or of serial numbers.',
  database_full: 'The disk of the database is full. Nothing was changed; ask an administrator.',
  database_unreachable: 'The database cannot be reached. Nothing was changed; try again in a moment.',
  email_taken: 'Another operator has this e-mail already.',
  enrollment_code_beyond_limits:
    'This code is also for terminals that you do not see. Ask somebody who sees them all to revoke it.',
  enrollment_code_not_found: 'There is no such enrolment code any more.',
  eslip_archive_deleted: 'The slips of this archive were deleted after their retention.',
  eslip_archive_unreadable: 'The file of this archive is missing or damaged. Tell an administrator.',
  eslip_archives_outside_limits:
    'Archives have the slips of all merchants: only an operator who sees them all may verify archives.',
  idempotency_answer_lost:
    'This was done, but its answer was too long to be kept. Look at what there is now; do not send it again.',
  idempotency_in_doubt:
    'The server stopped in the middle of this, and a part of it was done. Look at what there is now, and send the rest under another Idempotency-Key.',
  idempotency_in_progress: 'The same request is being worked on. Send it again in a moment.',
  idempotency_key_invalid:
    'An Idempotency-Key has 1 to 255 printable ASCII characters and no comma. Send one, such as a UUID, once.',
  idempotency_key_reused: 'Another request was sent under this Idempotency-Key. Take a new one for each.',
  expires_in_past: 'A key must expire in the future.',
  export_too_large: 'More slips fit than one download may have ({{ most }}). Choose a shorter period.',
  external_id_taken: 'Another merchant has this external number already.',
  file_being_stored:
    'This file is being put into the store by another call just now. Wait a moment; nothing has to be uploaded again.',
  forbidden: 'Your role does not allow this.',
  foreign_origin: 'This call came from another site and was refused.',
  group_name_taken: 'There is a group of this name already.',
  group_not_found: 'There is no such group any more.',
  dry_run_busy: 'Other dry-runs are under way just now. Try again in some seconds.',
  import_busy: 'Other long lists are being imported just now. Try again in a minute.',
  import_has_errors: 'Some rows cannot be imported. Correct them, or leave them out.',
  import_outdated:
    'The registry changed while the rows were imported, and nothing was saved. Look at the preview again.',
  internal: 'The server made a mistake; it has been logged. Try again in a moment.',
  invalid_code: 'This code is wrong or was used already. Wait for the next one.',
  invalid_credentials: 'User name or e-mail and password do not go together.',
  invalid_cursor: 'This page of the list does not exist any more. Go to the first page.',
  invalid_input: 'Some fields are not filled in correctly.',
  job_beyond_limits:
    'Jobs work on everything there is. Whoever is limited to some terminals may not start or stop them.',
  job_not_dry_runnable: 'This job cannot be tried: it has no dry run.',
  job_not_found: 'There is no such job any more.',
  job_not_running: 'The job has ended meanwhile: there is nothing to stop.',
  job_requested: 'Somebody has asked for this job already. It begins in a moment.',
  job_running: 'The job is running. Wait until it has ended, or stop it.',
  key_file_ended: 'The key file has come to its end and its bytes are destroyed: there is nothing to revoke.',
  key_file_not_found: 'There is no such key file any more.',
  key_officers_only: 'Only a person in the role of a key officer may approve keys, not a program.',
  keys_not_held: 'The bytes of the failed file are destroyed. The key system must deposit a new one.',
  last_admin: 'This is the last active administrator. Make another one first.',
  license_not_deleted: 'Only a deleted licence can be taken back.',
  license_not_found: 'There is no such licence any more.',
  license_superseded: 'Another licence has taken its place meanwhile. Replace that one instead.',
  merchant_not_found: 'There is no such merchant any more.',
  not_found: 'There is no such thing any more.',
  operator_not_found: 'There is no such operator any more.',
  outside_your_limits: 'You may work with terminals of your groups and merchants only.',
  package_exists: 'This package is there already, with the same files and for the same models.',
  package_file_empty: '“{{ fileName }}” has no bytes. Take the file from its maker anew.',
  package_file_name: '“{{ fileName }}” cannot be the name of a file on a terminal. Give it another one.',
  package_file_not_found: 'The package has no such file.',
  package_files_clash:
    'Two files are the same, or have the same name in the same folder. Take one of them out.',
  package_in_use: 'Update rules need this package: {{ rules }}. Take it out of them first.',
  package_not_found: 'There is no such package any more.',
  package_one_file:
    'A package for this platform is one file, as its maker has built it. Make a package of each file.',
  package_version_missing: 'The package does not say its version. Enter the one that terminals will report.',
  part_out_of_range: 'The file has no such part. Start the upload again.',
  part_too_slow: 'A part of the file did not arrive in time. Nothing of it was kept; it is sent again.',
  part_wrong_size: 'A part of the file arrived with the wrong length. Nothing of it was kept.',
  person_needed:
    'An API key cannot give this to anybody, nor change who has it: an administrator signs in and does it.',
  reason_holds_key: 'The reason holds what may be a key in clear. Keys are written nowhere: say it without.',
  rule_assigned:
    'The rule is assigned: deleting it takes {{ assignments }} assignments with it. Confirm that first.',
  rule_changed: '{{ by }} has changed the rule meanwhile. Load it again, then make your change.',
  rule_in_rollout: 'Rollout “{{ rollout }}” of this rule is under way. Stop it first.',
  rule_name_taken: 'There is an update rule with this name already.',
  rule_packages_foreign: 'These packages are for another platform: {{ packages }}.',
  rule_packages_missing: 'Packages of the rule have been deleted meanwhile. Choose others.',
  rule_period_empty: 'The rule ends before it begins.',
  rule_steps_impossible:
    'Step {{ step }}, {{ component }} {{ version }}, cannot be taken by any terminal. Look at the order of the steps, and from which versions they may be taken.',
  limits_unknown:
    'These limits name groups or merchants that are not there any more. Take them out, or choose others.',
  place_in_limits:
    'Limits name it: of operators {{ operators }}, of API keys {{ apiKeys }}, of webhooks {{ webhooks }}. Take it out of them first: limits to nothing else would show nothing.',
  scope_beyond_own:
    'Nobody can give rights that they do not have themselves, nor take them from who has more.',
  second_factor_expired: 'That took too long, or too many codes were wrong. Enter the password again.',
  registration_refused:
    'You cannot give a terminal this serial number or TID within your limits. Ask somebody who sees all terminals.',
  serial_taken: 'A terminal with this serial number is registered already.',
  server_busy: 'The server is busy. Nothing was changed; try again in a moment.',
  session_not_found: 'This session has ended already.',
  setup_refused:
    'This link is not good: it was not copied whole, was used, is too old, or there is an operator already.',
  sign_in_busy: 'Very many people sign in just now. Try again in a moment.',
  sign_in_locked: 'Too many failed attempts. Wait, or ask an administrator to unlock.',
  eslip_archive_not_found: 'There is no such archive, or you do not see it.',
  ecr_log_not_found: 'There is no such log, or you do not see it.',
  ecr_log_request_ended: 'This request has ended already. Look again.',
  ecr_log_request_not_found: 'There is no such request, or you do not see its terminal.',
  ecr_log_requests_many:
    'This terminal has been asked for {{ most }} logs that have not come yet. Wait for them, or cancel one.',
  ecr_logs_too_many: 'More than {{ most }} logs fit. Narrow the period or choose a terminal.',
  eslip_hold_not_found: 'There is no such hold, or you do not see it.',
  eslip_hold_released: 'The hold was released before.',
  slip_not_found: 'There is no such slip, or you do not see it.',
  swap_changed:
    'One of the terminals was changed since they were swapped. Taking the swap back would undo that too: change them by hand.',
  swap_done_already: 'This terminal was replaced already and has nothing left to hand over.',
  swap_new_has_tids:
    'The new terminal has a TID already ({{ tid }}): it stands somewhere else. Take its TIDs away first.',
  swap_new_not_ready: 'The new terminal is suspended, retired or revoked. Resume or re-open it first.',
  swap_not_found: 'There is no such swap any more.',
  swap_old_ended:
    'The old terminal is retired or revoked already: its TIDs are free. Give them to the new one.',
  swap_other_platform: 'The new terminal is of another platform. Confirm that this is meant.',
  swap_same_terminal: 'A terminal cannot be replaced by itself.',
  swap_undo_over: 'This swap can no longer be taken back: an hour has passed, or it was done.',
  target_changed:
    'Meanwhile {{ terminals }} terminals fit, another number than was said. Look again before you apply it.',
  terminal_not_found: 'There is no such terminal, or it is not among yours.',
  terminals_not_found: 'These serial numbers are not registered: {{ serials }}.',
  tid_taken: 'This TID belongs to another terminal of the same acquirer.',
  too_many_parts_at_once: 'Too many parts of this file are on their way at the same moment. Wait a moment.',
  rate_limited:
    'This API key calls more often than it may ({{ requestsPerMinute }} a minute). Wait a moment.',
  too_many_refusals: 'Too many refused requests have come from this address. Wait a moment.',
  too_many_requests: 'Too many requests from this address. Wait a moment.',
  too_many_streams:
    'You have as many live views open as you may. Close some windows and load the page again.',
  too_many_terminals: 'More than {{ max }} terminals fit. Choose fewer at a time.',
  transition_refused: 'A terminal in this state cannot be brought into that one.',
  two_factor_already_enabled: 'The second factor is on already.',
  two_factor_not_enabled: 'There is no second factor.',
  two_factor_not_started: 'The set-up of the second factor is out of date. Begin anew.',
  unauthenticated: 'Your session has ended. Sign in again.',
  unreachable: 'The server could not be reached. Check the connection and try again.',
  upload_changed: 'The file was changed or discarded while it was in use. Upload it again.',
  upload_incomplete: 'Parts of the file are missing. Let the upload finish first.',
  upload_not_found: 'This upload has expired or was discarded. Upload the file again.',
  upload_too_large: 'This file is larger than it may be.',
  username_taken: 'There is an operator with this user name or e-mail already.',
  wrong_password: 'The password is wrong.',
  sealed_unreadable:
    'The secrets of this server cannot be opened: AUTH_SECRET was changed. Renew the secret of the webhook.',
  too_many_webhooks: 'There are {{ max }} webhooks already, as many as there may be. Delete one first.',
  webhook_disabled: 'This webhook is disabled. Enable it first, then send again.',
  webhook_message_not_found: 'There is no such message any more; settled ones are kept for 30 days.',
  webhook_not_found: 'There is no such webhook any more.',
  webhook_url_hidden: 'A part of this address is hidden as ***. Write the whole address.',
  webhook_url_invalid:
    'This is not an address to send to. It looks like https://host/path, without user name, password or #.',
  webhook_url_not_https:
    'Webhooks go to https:// only. The setting WEBHOOK_ALLOW_PRIVATE lets them go to http://.',
  webhook_url_private:
    'Webhooks go to public addresses only. The setting WEBHOOK_ALLOW_PRIVATE lets them go to private ones.',
  nothing_to_retry: 'No terminal of this rollout has failed.',
  pos_log_entry_not_found: 'There is no such entry in the POS log, or not any more.',
  rollout_changed: 'This rollout has changed meanwhile. Look at it as it is now, then decide again.',
  rollout_not_found: 'There is no such rollout, or none of your terminals is in it.',
  rollout_state_refused: 'The rollout is in another state meanwhile and cannot do that.',
  rollout_under_way:
    'It is on its way by the rollout “{{ rollout }}” already. Let that finish, or stop it first.',
  rollout_without_terminals:
    'No terminal has it. Assign the rule, or connect terminals to the set, in Profile first.',
  rule_not_found: 'There is no such update rule any more.',
  waves_do_not_add_up:
    'The waves take more terminals than there are: {{ terminals }} without the pilot group.',
  server_not_running: 'This can only be said by a running server.',
  system_beyond_limits: "Whoever is limited to some terminals does not see the server's settings and health.",
} as const
