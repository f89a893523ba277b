import type { Processed, Step, UndecryptableReason } from '../engine.port.ts';

export const undecryptable = (
  reason: UndecryptableReason,
  recover: 'ignore' | 'rejoin',
): Step<Processed> => ({ result: { kind: 'undecryptable', reason, recover }, writes: new Map() });
