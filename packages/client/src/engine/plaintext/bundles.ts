import { sha256, toHex } from '../bytes.ts';
import { sameDevice } from '../device-ref.ts';
import {
  EngineMisuse,
  type KeyBundle,
  type KeyedDevice,
  type Records,
  type Step,
} from '../engine.port.ts';
import { signatureKeyOf } from './keys.ts';
import { PLAINTEXT_SUITE } from './suite.ts';
import { loadBundles, loadIdentity, writeBundles, type Listed } from './records.ts';
import { decodeWire, encodeWire } from './wire.ts';

const LIFETIME_MS = 90 * 24 * 60 * 60 * 1000;

export async function publishBundles(
  records: Records,
  wanted: { readonly oneTime: number; readonly lastResort: boolean; readonly nowMs: number },
): Promise<Step<readonly KeyBundle[]>> {
  const self = await loadIdentity(records);
  const device = { ...self, signatureKey: await signatureKeyOf(self) };
  const { made, list } = await loadBundles(records);
  const expiresAt = wanted.nowMs + LIFETIME_MS;
  const count = wanted.oneTime + (wanted.lastResort ? 1 : 0);
  const result = await Promise.all(
    Array.from({ length: count }, async (_, at) => {
      const body = encodeWire({ t: 'bundle', device, n: made + at });
      const ref = toHex(await sha256(body));
      const lastResort = at >= wanted.oneTime;
      return { device: self, suite: PLAINTEXT_SUITE, body, ref, lastResort, expiresAt };
    }),
  );
  const listed = result.map(({ ref, lastResort }) => ({ ref, lastResort, expiresAt }));
  const all = [...list, ...listed];
  const newest = all.filter(({ lastResort }) => lastResort).slice(-2);
  const kept = all.filter((one) => !one.lastResort || newest.includes(one));
  return { result, writes: writeBundles({ made: made + count, list: kept }) };
}

export async function bundleRefs(
  records: Records,
): Promise<{ readonly oneTime: readonly string[]; readonly lastResort: string | null }> {
  const { list } = await loadBundles(records);
  const oneTime = list.filter(({ lastResort }) => !lastResort).map(({ ref }) => ref);
  const lastResort = list.findLast((one) => one.lastResort)?.ref ?? null;
  return { oneTime: oneTime.toSorted(), lastResort };
}

export async function sweepBundles(records: Records, nowMs: number): Promise<Step<number>> {
  const bundles = await loadBundles(records);
  const list = bundles.list.filter(({ expiresAt }) => expiresAt >= nowMs);
  return { result: bundles.list.length - list.length, writes: writeBundles({ ...bundles, list }) };
}

/** Which of our bundles `refs` name, and the write that spends it if it is a one-time one. */
export async function takeBundle(
  records: Records,
  refs: readonly string[],
): Promise<Step<Listed> | null> {
  const bundles = await loadBundles(records);
  const found = bundles.list.find(({ ref }) => refs.includes(ref));
  if (!found) return null;
  const list = bundles.list.filter((one) => one !== found);
  return {
    result: found,
    writes: found.lastResort ? new Map() : writeBundles({ ...bundles, list }),
  };
}

/** The devices of bundles of others; throws naming those that are not what they say or are `present` already. */
export async function readBundles(
  bundles: readonly KeyBundle[],
  isPresent: (device: KeyedDevice) => boolean,
): Promise<readonly KeyedDevice[]> {
  const read = await Promise.all(
    bundles.map(async ({ body, ref, suite, device }) => {
      const wire = decodeWire(body);
      if (suite !== PLAINTEXT_SUITE || toHex(await sha256(body)) !== ref) return null;
      if (wire?.t !== 'bundle' || !sameDevice(wire.device, device)) return null;
      return isPresent(wire.device) ? null : wire.device;
    }),
  );
  const unusable = bundles.filter((_, at) => read[at] === null).map(({ ref }) => ref);
  if (unusable.length > 0) {
    throw new EngineMisuse('unusable_bundle', 'bundles cannot be used', unusable);
  }
  return read.flatMap((device) => device ?? []);
}
