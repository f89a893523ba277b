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
import { loadMember, writeRatchets } from './group-record.ts';
import { loadIdentity } from './identity.ts';
import { seal } from './ts-mls.ts';

export async function encrypt(
  records: Records,
  cache: EpochCache,
  plaintext: Bytes,
  binding: Binding,
): Promise<Step<readonly Part[]>> {
  const { conversation } = binding;
  const { self } = await loadIdentity(records);
  const { seq, generation, epoch, keys } = await loadMember(records, cache, conversation);
  const isCurrent = binding.generation === generation && binding.epoch === epoch;
  if (!isCurrent || !sameDevice(binding.sender, self)) {
    throw new EngineMisuse('stale_binding', 'the binding is not of this device and epoch');
  }
  const bound = { ...binding, purpose: binding.class };
  const sealed = await seal(keys, plaintext, await bindingBytes(bound, binding.parent));
  return {
    result: [{ audience: 'all', bytes: sealed.bytes }],
    writes: writeRatchets(conversation, { seq, keys: sealed.epoch }),
  };
}
