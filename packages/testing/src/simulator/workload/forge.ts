import type { Change, DeviceRef } from '@sealpost/domain';
import type { World } from '../world.ts';
import type { Draw } from './act.ts';
import { callAs } from './call-as.ts';
import { type Forged, part } from './forged/place.ts';

export interface ForgedEntry {
  readonly kind: 'created' | 'commit' | 'roster' | 'message';
  readonly conversation: string;
  readonly self: DeviceRef;
  readonly generation: number;
  readonly epoch: number;
  readonly change: Change | null;
  readonly parts?: Forged['parts'];
}

/** Appends what no application of ours would. */
function send(world: World, forged: ForgedEntry, clientId: string): void {
  const { conversation, self, parts = rightParts(forged), ...entry } = forged;
  const body = { ...entry, class: 'quiet', clientId, after: null, blobs: [], parts };
  callAs(world, self, 'append', { params: { conversation }, body });
}

const rightParts = ({ kind }: ForgedEntry): NonNullable<Forged['parts']> =>
  kind === 'roster' ? [] : [part('all')];

/** Appends what must be refused, and says so to those who judge. */
export function forge(world: World, forged: ForgedEntry, { isWrong }: Forged, draw: Draw): void {
  const clientId = `forged-${draw.int(0, 0x7fffffff)}`;
  world.witness({ kind: 'forged', clientId, isWrong: isWrong ?? (() => true) });
  send(world, forged, clientId);
}
