import { readBinding, type Bound } from '../binding.ts';
import { sameBytes } from '../bytes.ts';
import { plainRef, sameDevice, sameDevices } from '../device-ref.ts';
import type {
  CryptoEngine,
  DeviceRef,
  IncomingEntry,
  Processed,
  Records,
  Step,
  UndecryptableReason,
} from '../engine.port.ts';
import { takeBundle } from './bundles.ts';
import { changedKeys, isIn, sentBy, withSent } from './keys.ts';
import { loadGroup, loadStaged, writeEpoch, writeGroup, type Group, type Keys } from './records.ts';
import { decodeWire, type Wire } from './wire.ts';

type Member = Group & { readonly keys: Keys };
const FORWARD_STEPS = 5000;

const undecryptable = (
  reason: UndecryptableReason,
  recover: 'ignore' | 'rejoin',
): Step<Processed> => ({ result: { kind: 'undecryptable', reason, recover }, writes: new Map() });

export const processEntry: CryptoEngine['process'] = async (records, self, entry) => {
  const group = await loadGroup(records, entry.conversation);
  if (group && entry.seq <= group.seq) return { result: { kind: 'duplicate' }, writes: new Map() };
  if (sameDevice(entry.sender, self)) return processOwn(records, group, entry);
  const keys = group?.generation === entry.generation ? group.keys : null;
  if (group && keys) {
    const member = { ...group, keys };
    if (entry.kind === 'message') return processMessage(member, entry);
    const processed = await processCommit(member, self, entry);
    const { result } = processed;
    const isCutOff =
      (result.kind === 'commit' && result.self === 'removed') ||
      (result.kind === 'undecryptable' && result.reason === 'fork');
    const joined = isCutOff ? await processWelcome(records, entry) : null;
    return joined?.result.kind === 'joined' ? joined : processed;
  }
  if (group && entry.generation < group.generation) return undecryptable('no_session', 'ignore');
  if (entry.kind === 'message') return undecryptable('no_session', 'rejoin');
  return processWelcome(records, entry);
};

function partsOf(entry: IncomingEntry, audience: 'all' | 'device'): readonly (Wire | null)[] {
  const parts = entry.parts.filter((part) => part.audience === audience);
  return parts.map(({ bytes }) => decodeWire(bytes));
}
function partForAll(entry: IncomingEntry): Wire | null {
  const [part, ...more] = partsOf(entry, 'all');
  return more.length === 0 ? (part ?? null) : null;
}
const boundOf = (entry: IncomingEntry, purpose: Bound['purpose']): Bound => ({ ...entry, purpose });

async function processOwn(
  records: Records,
  group: Group | null,
  entry: IncomingEntry,
): Promise<Step<Processed>> {
  const staged = await loadStaged(records, entry.conversation);
  if (staged?.clientId === entry.clientId) return undecryptable('consumed', 'ignore');
  if (!group) return undecryptable('no_session', 'rejoin');
  if (entry.generation > group.generation || entry.epoch > group.epoch) {
    return undecryptable('consumed', 'rejoin');
  }
  const wire = partForAll(entry);
  const isBehind =
    entry.epoch === group.epoch &&
    group.keys !== null &&
    wire?.t === 'message' &&
    wire.n >= sentBy(group.keys, entry.sender);
  return undecryptable('consumed', isBehind ? 'rejoin' : 'ignore');
}

async function processMessage(group: Member, entry: IncomingEntry): Promise<Step<Processed>> {
  if (entry.epoch > group.epoch) return undecryptable('fork', 'rejoin');
  const wire = partForAll(entry);
  if (wire?.t !== 'message') return undecryptable('malformed', 'ignore');
  const binding = await readBinding(wire.binding, boundOf(entry, entry.class));
  const isFrom = sameDevice(wire.from, entry.sender) && isIn(group.keys, wire.from);
  if (entry.epoch < group.epoch || !binding || !isFrom) return undecryptable('bad_auth', 'ignore');
  const sent = sentBy(group.keys, wire.from);
  if (wire.n < sent) return undecryptable('consumed', 'ignore');
  if (wire.n - sent > FORWARD_STEPS) return undecryptable('fork', 'rejoin');
  const keys = withSent(group.keys, wire.from, wire.n + 1);
  return {
    result: {
      kind: 'message',
      sender: plainRef(entry.sender),
      plaintext: wire.body.slice(),
      parent: binding.parent,
    },
    writes: writeGroup(entry.conversation, { ...group, seq: entry.seq, keys }),
  };
}

async function processCommit(
  group: Member,
  self: DeviceRef,
  entry: IncomingEntry,
): Promise<Step<Processed>> {
  const { conversation, generation, epoch, seq } = entry;
  if (epoch !== group.epoch + 1) return undecryptable('fork', 'rejoin');
  const wire = partForAll(entry);
  const t = entry.mode === 'external' ? 'external' : 'commit';
  if ((wire?.t !== 'commit' && wire?.t !== 'external') || wire.t !== t) {
    return undecryptable('malformed', 'rejoin');
  }
  const isFrom =
    sameDevice(wire.from, entry.sender) && (t === 'external' || isIn(group.keys, wire.from));
  if (!isFrom || !(await readBinding(wire.binding, boundOf(entry, 'commit')))) {
    return undecryptable('bad_auth', 'rejoin');
  }
  if (!sameBytes(wire.base, group.keys.chain)) return undecryptable('fork', 'rejoin');
  const keys = await changedKeys(group.keys, wire, wire.binding);
  const [added, removed] = [wire.adds.map(plainRef), wire.removes.map(plainRef)];
  const mismatch = !sameDevices(added, entry.adds) || !sameDevices(removed, entry.removes);
  const isOut = wire.removes.some((device) => sameDevice(device, self));
  const next = { generation, epoch, seq, keys: isOut ? null : keys };
  return {
    result: { kind: 'commit', epoch, added, removed, mismatch, self: isOut ? 'removed' : 'member' },
    writes: writeEpoch(conversation, next),
  };
}

async function processWelcome(records: Records, entry: IncomingEntry): Promise<Step<Processed>> {
  const { conversation, generation, epoch, seq } = entry;
  const parts = partsOf(entry, 'device');
  const welcome = parts.find((part) => part?.t === 'welcome');
  if (welcome?.t !== 'welcome') {
    const isBroken = parts.length > 0 && parts.every((part) => part === null);
    return undecryptable(isBroken ? 'malformed' : 'no_session', 'rejoin');
  }
  const taken = await takeBundle(records, welcome.refs);
  if (!taken) return undecryptable('no_session', 'rejoin');
  const isOfEntry =
    sameDevice(welcome.from, entry.sender) &&
    welcome.generation === generation &&
    welcome.epoch === epoch &&
    (await readBinding(welcome.binding, boundOf(entry, 'commit')));
  if (!isOfEntry) return undecryptable('bad_auth', 'rejoin');
  const keys = {
    chain: welcome.chain,
    devices: welcome.devices.map((one) => ({ ...one, sent: 0 })),
  };
  const profile = parts.find((part) => part?.t === 'profile');
  const isProfile =
    profile?.t === 'profile' && (await readBinding(profile.binding, boundOf(entry, 'profile')));
  const group = {
    generation,
    epoch,
    seq,
    keys: isProfile ? withSent(keys, entry.sender, 1) : keys,
  };
  const { lastResort } = taken.result;
  const body = isProfile ? profile.body.slice() : null;
  return {
    result: { kind: 'joined', epoch, generation, profile: body, lastResort },
    writes: new Map([...taken.writes, ...writeEpoch(conversation, group)]),
  };
}
