/**
 * What the server's transports share: what each call and event does, and how domain values and findings look on the wire.
 * Not for clients.
 */
export type { CallCookies } from './calls/call-cookies.ts';
export type { CallPorts } from './calls/call-ports.ts';
export { checkedInput, type Input } from './calls/checked-input.ts';
export { askerOf, claimsFor } from './calls/claims-for.ts';
export type { Asker, Refused } from './calls/handler.ts';
export { handlerOf, isOpen } from './calls/index.ts';
export type { DeepReadonly } from './deep-readonly.ts';
export { type Admitted, admittedBy } from './events/admitted.ts';
export {
  type ClientRequests,
  clientRequests,
  type RequestAnswer,
} from './events/client-requests.ts';
export { OwnSends } from './events/own-sends.ts';
export type { Requester } from './events/requester.ts';
export { Introduction } from './events/introduction.ts';
export { devicesNamed, entriesPush, type ServerPush, stockPush } from './events/server-push.ts';
export type { FaultRecord } from './fault-record.ts';
export { callLimits } from './limits/call-limits.ts';
export { eventLimits } from './limits/event-limits.ts';
export { type Issue, issuesOf } from './issues-of.ts';
export { addressBehind, networkOf } from './network.ts';
