import { bindingBytes } from '../binding.ts';
import { sameDevice } from '../device-ref.ts';
import { EngineMisuse, type CryptoEngine } from '../engine.port.ts';
import { bundleRefs, publishBundles, sweepBundles } from './bundles.ts';
import { exported, sentBy, signAs, signatureKeyOf, withSent } from './keys.ts';
import { processEntry } from './process.ts';
import {
  forgetGroup,
  loadGroup,
  loadIdentity,
  loadMember,
  loadStaged,
  writeEpoch,
  writeGroup,
  writeIdentity,
  writeStaged,
} from './records.ts';
import { stageCommit, stageFound, stageRejoin } from './stage.ts';
import { PLAINTEXT_SUITE } from './suite.ts';
import { encodeWire } from './wire.ts';

/**
 * An engine for tests: epochs, staging, membership and joins are those of the real one, and nothing is encrypted or
 * secret. Everything that it makes follows from its input: no randomness, no clock.
 */
export function plaintextEngine(told: {
  readonly iUnderstandThatNothingIsEncrypted: true;
}): CryptoEngine {
  if (!told.iUnderstandThatNothingIsEncrypted) {
    throw new EngineMisuse('unsupported', 'the plaintext engine is for tests only');
  }
  return {
    suite: PLAINTEXT_SUITE,
    createIdentity: async (self) => ({
      result: { signatureKey: await signatureKeyOf(self) },
      writes: writeIdentity(self),
    }),
    sign: async (records, message) => signAs(await loadIdentity(records), message),
    publishBundles,
    bundleRefs,
    sweepBundles,
    found: stageFound,
    commit: stageCommit,
    rejoin: stageRejoin,
    settle,
    encrypt,
    process: processEntry,
    status,
    forget: async (_records, conversation) => ({
      result: undefined,
      writes: forgetGroup(conversation),
    }),
    exportSecret: async (records, conversation, label, length) =>
      exported((await loadMember(records, conversation)).keys, label, length),
  };
}

const settle: CryptoEngine['settle'] = async (records, conversation, clientId, outcome) => {
  const staged = await loadStaged(records, conversation);
  if (staged?.clientId !== clientId) return { result: false, writes: new Map() };
  const { generation, epoch, keys } = staged;
  return {
    result: true,
    writes: outcome.accepted
      ? writeEpoch(conversation, { generation, epoch, seq: outcome.seq, keys })
      : writeStaged(conversation, null),
  };
};

const encrypt: CryptoEngine['encrypt'] = async (records, plaintext, binding) => {
  const { conversation, generation, epoch, sender } = binding;
  const self = await loadIdentity(records);
  const group = await loadMember(records, conversation);
  const isCurrent = generation === group.generation && epoch === group.epoch;
  if (!isCurrent || !sameDevice(sender, self)) {
    throw new EngineMisuse('stale_binding', 'the binding is not of this device and epoch');
  }
  const n = sentBy(group.keys, self);
  const bound = await bindingBytes({ ...binding, purpose: binding.class }, binding.parent);
  const wire = { t: 'message', from: self, n, binding: bound, body: plaintext } as const;
  return {
    result: [{ audience: 'all', bytes: encodeWire(wire) }],
    writes: writeGroup(conversation, { ...group, keys: withSent(group.keys, self, n + 1) }),
  };
};

const status: CryptoEngine['status'] = async (records, conversation) => {
  const group = await loadGroup(records, conversation);
  if (!group) return null;
  const { generation, epoch, keys } = group;
  const staged = await loadStaged(records, conversation);
  const devices = (keys?.devices ?? []).map(({ account, device, signatureKey }) => ({
    account,
    device,
    signatureKey: signatureKey.slice(),
  }));
  const self = keys ? 'member' : 'removed';
  return { generation, epoch, self, devices, staged: staged?.clientId ?? null };
};
