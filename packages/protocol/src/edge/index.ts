/** What the server's transports share: how domain values and findings look on the wire. Not for clients. */
export type { DeepReadonly } from './deep-readonly.ts';
export type { FaultRecord } from './fault-record.ts';
export { type Issue, issuesOf } from './issues-of.ts';
export { wireEntry } from './wire-entry.ts';
