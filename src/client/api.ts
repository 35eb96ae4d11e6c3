import type { TRPCClient } from '@trpc/client'
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server'
import type { AppRouter } from '../trpc/root'

/** Every call: `psm.terminals.list.query({ search })`. */
export type Client = TRPCClient<AppRouter>
/** What each call takes. */
export type Inputs = inferRouterInputs<AppRouter>
/** What each call gives, as it comes out of JSON. */
export type Outputs = inferRouterOutputs<AppRouter>
