import { bindingBytes, type Bound } from '../binding.ts';
import { EngineMisuse, type Bytes, type KeyBundle, type Part } from '../engine.port.ts';
import { attempt } from './attempt.ts';
import { MAX_LEAVES } from './limits.ts';
import { readBundles, unusableBundles } from './peer-bundles.ts';
import { encodePosition, type Position } from './position.ts';
import { commitEpoch, groupInfoOf, seal, widthOf, type Epoch } from './ts-mls.ts';
import { unusableAdds } from './ts-mls-adds.ts';

export interface Wanted {
  readonly adds: readonly KeyBundle[];
  /** Leaf indices. */
  readonly removes: readonly number[];
  readonly profile: Bytes | null;
}
export interface Made {
  /** The part for all. */
  readonly commit: Part;
  /** GroupInfo for joiners, and Welcome and profile for the added devices. */
  readonly others: readonly Part[];
  readonly keys: Epoch;
}

/** A commit of this device on `keys`, and the epoch that it leads to. */
export async function makeCommit(keys: Epoch, wanted: Wanted, bound: Bound): Promise<Made> {
  const adds = await readBundles(wanted.adds);
  const binding = await bindingBytes(bound, null);
  const position = encodePosition({ epoch: bound.epoch, binding });
  const change = { adds, removes: wanted.removes };
  const unusable = await unusableAdds(keys, change);
  const refs = wanted.adds.map(({ ref }) => ref);
  if (unusable.length > 0) throw unusableBundles(refs.filter((_, at) => unusable.includes(at)));
  const bytes = { authenticatedData: binding, position };
  const made = await attempt(() => commitEpoch(keys, change, bytes));
  if (made === null) throw unusableBundles(refs);
  return {
    commit: { audience: 'all', bytes: made.commit },
    ...(await partsBeside(made.epoch, { ...bound, binding }, wanted, made.welcome)),
  };
}

async function partsBeside(
  keys: Epoch,
  bound: Bound & Position,
  { adds, profile }: Wanted,
  welcome: Bytes | null,
): Promise<Pick<Made, 'others' | 'keys'>> {
  assertWidth(keys);
  const groupInfo = await groupInfoOf(keys, encodePosition(bound));
  const audience = adds.map(({ device }) => device.device);
  const others: Part[] = [{ audience: 'joiners', bytes: groupInfo }];
  if (welcome !== null) others.push({ audience, bytes: welcome });
  if (welcome === null || profile === null) return { others, keys };
  const purpose = { ...bound, purpose: 'profile' } as const;
  const sealed = await seal(keys, profile, await bindingBytes(purpose, null));
  return { others: [...others, { audience, bytes: sealed.bytes }], keys: sealed.epoch };
}

export function assertWidth(keys: Epoch): void {
  if (widthOf(keys) > MAX_LEAVES) throw new EngineMisuse('unsupported', 'too many devices');
}
