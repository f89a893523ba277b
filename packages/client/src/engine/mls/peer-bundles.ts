import { sha256, toHex } from '../bytes.ts';
import { sameDevice } from '../device-ref.ts';
import { EngineMisuse, type KeyBundle } from '../engine.port.ts';
import { attempt } from './attempt.ts';
import { readCredential } from './credential.ts';
import { MAX_PART_BYTES } from './limits.ts';
import { decodeMessage, leafOfKeyPackage, SUITE, type KeyPackage } from './ts-mls.ts';

/** The key packages of bundles that a server handed out; throws naming those that are not what they say. What they hold is judged by `unusableAdds`. */
export async function readBundles(bundles: readonly KeyBundle[]): Promise<KeyPackage[]> {
  const read = await Promise.all(bundles.map(readBundle));
  const unusable = bundles.filter((_, at) => read[at] === null).map(({ ref }) => ref);
  if (unusable.length > 0) throw unusableBundles(unusable);
  return read.flatMap((one) => one ?? []);
}

export const unusableBundles = (refs: readonly string[]): EngineMisuse =>
  new EngineMisuse('unusable_bundle', 'bundles cannot be used', refs);

async function readBundle({ body, ref, suite, device }: KeyBundle): Promise<KeyPackage | null> {
  if (suite !== SUITE || body.length > MAX_PART_BYTES || toHex(await sha256(body)) !== ref) {
    return null;
  }
  const message = await attempt(() => decodeMessage(body));
  if (message?.wireformat !== 'mls_key_package') return null;
  const { keyPackage } = message;
  const { identity } = leafOfKeyPackage(keyPackage);
  const named = identity && readCredential(identity);
  if (!named || !sameDevice(named, device)) return null;
  return keyPackage;
}
