import type { AccessClaims, DeviceRef, Result } from '@sealpost/domain';
import type {
  AnswerOf,
  BodyOf,
  CallName,
  Calls,
  ParamsOf,
  QueryOf,
  WireRefusal,
} from '../../index.ts';
import type { CallCookies } from './call-cookies.ts';
import type { DeepReadonly } from '../deep-readonly.ts';
import type { CallPorts } from './call-ports.ts';

/** What a call was asked with, checked by its schemas. */
export interface Asked<N extends CallName> {
  readonly params: ParamsOf<Calls[N]>;
  readonly query: QueryOf<Calls[N]>;
  readonly body: BodyOf<Calls[N]>;
  readonly cookies: CallCookies;
  /** Where it comes from, as limiters tell it apart: `networkOf` the address. */
  readonly network: string;
}

export type Refused = DeepReadonly<WireRefusal>;
export type Answered<N extends CallName> = Result<DeepReadonly<AnswerOf<Calls[N]>>, Refused>;

/** The calls that anybody may make; the binder checks that the table says the same. */
export type OpenCall = 'serverInformation' | 'register' | 'logIn' | 'refresh';

/** Who asks. */
export interface Asker {
  readonly caller: AccessClaims;
  /** The calling device, and nothing else of its claims. */
  readonly self: DeviceRef;
}

export type OpenHandler<N extends CallName> = (
  asked: Asked<N>,
  ports: CallPorts,
) => Promise<Answered<N>>;
export type CallerHandler<N extends CallName> = (
  asked: Asked<N> & Asker,
  ports: CallPorts,
) => Promise<Answered<N>>;

/** How a call is turned into a use case and its outcome into the call's answer. */
export type Handler<N extends CallName> = N extends OpenCall ? OpenHandler<N> : CallerHandler<N>;
