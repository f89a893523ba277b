import type { FaultRecord } from '@sealpost/protocol/edge';

/** What the transport tells the log: only what failed. */
export type EdgeRecord = FaultRecord;

export type EdgeLog = (record: EdgeRecord) => void;
