import { bindingBytes, type Bound } from '../binding.ts';
import { sameDevice } from '../device-ref.ts';
import {
  EngineMisuse,
  type Bytes,
  type CommitMode,
  type CryptoEngine,
  type DeviceRef,
  type KeyBundle,
  type Part,
  type StagedCommit,
  type Step,
} from '../engine.port.ts';
import { readBundles } from './bundles.ts';
import { changedKeys, isIn, signatureKeyOf, withSent, type KeyChange } from './keys.ts';
import { loadGroup, loadIdentity, loadMember, writeStaged, type Keys } from './records.ts';
import { decodeWire, encodeWire } from './wire.ts';

const nobody: Keys = { chain: new Uint8Array(32), devices: [] };

export const stageFound: CryptoEngine['found'] = async (records, wanted) => {
  const self = await loadIdentity(records);
  const current = await loadGroup(records, wanted.conversation);
  if (current && current.generation >= wanted.generation) {
    throw new EngineMisuse('unsupported', 'the generation has begun already');
  }
  const own = { ...self, signatureKey: await signatureKeyOf(self) };
  const peers = await readBundles(wanted.peers, (device) => sameDevice(device, self));
  const change = { adds: [own, ...peers], removes: [] };
  return staged('found', nobody, self, change, wanted, wanted.peers);
};

export const stageCommit: CryptoEngine['commit'] = async (records, wanted) => {
  const self = await loadIdentity(records);
  const { generation, epoch, keys } = await loadMember(records, wanted.conversation);
  const { removes } = wanted;
  if (removes.some((device) => !isIn(keys, device) || sameDevice(device, self))) {
    throw new EngineMisuse('unknown_device', 'not in the keys');
  }
  const stays = (device: DeviceRef): boolean =>
    isIn(keys, device) && !removes.some((gone) => sameDevice(gone, device));
  const adds = await readBundles(wanted.adds, stays);
  const position = { ...wanted, generation, epoch: epoch + 1 };
  return staged('member', keys, self, { adds, removes }, position, wanted.adds);
};

export const stageRejoin: CryptoEngine['rejoin'] = async (records, wanted) => {
  const self = await loadIdentity(records);
  const info = decodeWire(wanted.groupInfo);
  const isCurrent =
    info?.t === 'info' &&
    info.conversation === wanted.conversation &&
    info.generation === wanted.generation &&
    info.epoch === wanted.epoch - 1;
  if (!isCurrent) {
    throw new EngineMisuse('unusable_group_info', 'the GroupInfo cannot be used');
  }
  if (info.devices.every((device) => sameDevice(device, self))) {
    throw new EngineMisuse('unsupported', 'the only device in the keys cannot replace itself');
  }
  const own = { ...self, signatureKey: await signatureKeyOf(self) };
  const keys = { chain: info.chain, devices: info.devices.map((one) => ({ ...one, sent: 0 })) };
  const change = { adds: [own], removes: [] };
  return staged('external', keys, self, change, { ...wanted, profile: null }, []);
};

interface Position {
  readonly conversation: string;
  readonly generation: number;
  readonly epoch: number;
  readonly clientId: string;
  readonly profile: Bytes | null;
}

async function staged(
  mode: CommitMode,
  base: Keys,
  from: DeviceRef,
  change: KeyChange,
  position: Position,
  bundles: readonly KeyBundle[],
): Promise<Step<StagedCommit>> {
  const { conversation, generation, epoch, clientId, profile } = position;
  const bound: Bound = { ...position, sender: from, purpose: 'commit' };
  const binding = await bindingBytes(bound, null);
  const keys = await changedKeys(base, change, binding);
  const refs = bundles.map(({ ref }) => ref);
  const state = { from, binding, conversation, generation, epoch, refs, ...keys };
  const audience = bundles.map(({ device }) => device.device);
  const t = mode === 'external' ? 'external' : 'commit';
  const commit = encodeWire({ t, from, binding, base: base.chain, ...change });
  const parts: Part[] = [
    { audience: 'joiners', bytes: encodeWire({ t: 'info', ...state, refs: [] }) },
  ];
  if (mode !== 'found') parts.unshift({ audience: 'all', bytes: commit });
  if (refs.length > 0) parts.push({ audience, bytes: encodeWire({ t: 'welcome', ...state }) });
  const hasProfile = profile !== null && refs.length > 0;
  if (hasProfile) {
    const own = await bindingBytes({ ...bound, purpose: 'profile' }, null);
    const part = { t: 'profile', from, n: 0, binding: own, body: profile } as const;
    parts.push({ audience, bytes: encodeWire(part) });
  }
  const head = { clientId, mode, generation, epoch };
  return {
    result: {
      conversation,
      ...head,
      adds: change.adds.map(({ account, device }) => ({ account, device })),
      removes: change.removes,
      parts,
    },
    writes: writeStaged(conversation, {
      ...head,
      keys: hasProfile ? withSent(keys, from, 1) : keys,
    }),
  };
}
