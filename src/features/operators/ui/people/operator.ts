import type { z } from 'zod'
import type { OperatorPage } from '../../schemas'

/** An operator as the list has one. */
export type Operator = z.infer<typeof OperatorPage>['items'][number]
