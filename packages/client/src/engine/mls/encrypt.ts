import { bindingBytes } from '../binding.ts';
import { sameDevice } from '../device-ref.ts';
import {
  EngineMisuse,
  type Binding,
  type Bytes,
  type Part,
  type Records,
  type Step,
} from '../engine.port.ts';
import type { EpochCache } from './epoch-cache.ts';
import { loadMember, moveRatchets, ratcheted } from './group-record.ts';
import { ownLeafOf, seal } from './ts-mls.ts';

export async function encrypt(
  records: Records,
  cache: EpochCache,
  plaintext: Bytes,
  binding: Binding,
): Promise<Step<readonly Part[]>> {
  const { conversation } = binding;
  const group = await loadMember(records, cache, conversation);
  const { seq, generation, epoch, known } = group;
  const isCurrent = binding.generation === generation && binding.epoch === epoch;
  // The device that the leaf names is the one that receivers know: the identity need not be read for it.
  if (!isCurrent || !known.self || !sameDevice(binding.sender, known.self)) {
    throw new EngineMisuse('stale_binding', 'the binding is not of this device and epoch');
  }
  const bound = { ...binding, purpose: binding.class };
  const keys = await ratcheted(records, group, [ownLeafOf(group.keys)]);
  const sealed = await seal(keys, plaintext, await bindingBytes(bound, binding.parent));
  return {
    result: [{ audience: 'all', bytes: sealed.bytes }],
    writes: moveRatchets(group, seq, sealed.epoch),
  };
}
