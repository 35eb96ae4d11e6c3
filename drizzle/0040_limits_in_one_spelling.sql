-- Limits are compared as text: what was written in capital letters matched nothing.
UPDATE operators SET visibility = visibility || jsonb_build_object(
  'groupIds', lower(visibility ->> 'groupIds')::jsonb, 'merchantIds', lower(visibility ->> 'merchantIds')::jsonb)
WHERE visibility ->> 'kind' = 'limited' AND concat(visibility ->> 'groupIds', visibility ->> 'merchantIds') ~ '[A-F]';
UPDATE api_keys SET visibility = visibility || jsonb_build_object(
  'groupIds', lower(visibility ->> 'groupIds')::jsonb, 'merchantIds', lower(visibility ->> 'merchantIds')::jsonb)
WHERE visibility ->> 'kind' = 'limited' AND concat(visibility ->> 'groupIds', visibility ->> 'merchantIds') ~ '[A-F]';
UPDATE webhook_endpoints SET visibility = visibility || jsonb_build_object(
  'groupIds', lower(visibility ->> 'groupIds')::jsonb, 'merchantIds', lower(visibility ->> 'merchantIds')::jsonb)
WHERE visibility ->> 'kind' = 'limited' AND concat(visibility ->> 'groupIds', visibility ->> 'merchantIds') ~ '[A-F]';
