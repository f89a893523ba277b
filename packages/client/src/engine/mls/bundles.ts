import { sameBytes, sha256, toHex } from '../bytes.ts';
import type { Bytes, KeyBundle, Records, Step, Writes } from '../engine.port.ts';
import { decodeRecord, encodeRecord } from '../record-codec.ts';
import { encodeCredential } from './credential.ts';
import { loadIdentity } from './identity.ts';
import { BUNDLE_LIFETIME_MS, CLOCK_SKEW_MS } from './limits.ts';
import {
  decodeMessage,
  encodeKeyPackage,
  keyPackageRef,
  newKeyPackage,
  SUITE,
  type OwnPackage,
  type PrivateKeyPackage,
} from './ts-mls.ts';

/** What the index says of a bundle whose private half this device holds; oldest first. */
interface Listed {
  readonly ref: string;
  /** Its name in Welcomes. */
  readonly mlsRef: Bytes;
  readonly lastResort: boolean;
  readonly expiresAt: number;
}
interface PrivateHalf {
  readonly body: Bytes;
  readonly keys: PrivateKeyPackage;
}
export interface FoundBundle {
  readonly own: OwnPackage;
  readonly lastResort: boolean;
  /** What a join by it writes: a one-time private half goes. */
  readonly spend: Writes;
}

const INDEX = 'engine/bundles';
const VERSION = 1;
const halfKey = (ref: string): string => `engine/bundle/${ref}`;
const encodeIndex = (list: readonly Listed[]): Bytes => encodeRecord(VERSION, { list });

async function loadIndex(records: Records): Promise<readonly Listed[]> {
  const bytes = await records.get(INDEX);
  return bytes === null ? [] : decodeRecord<{ readonly list: Listed[] }>(VERSION, bytes).list;
}

export async function publishBundles(
  records: Records,
  wanted: { readonly oneTime: number; readonly lastResort: boolean; readonly nowMs: number },
): Promise<Step<readonly KeyBundle[]>> {
  const { self, keys } = await loadIdentity(records);
  const expiresAt = wanted.nowMs + BUNDLE_LIFETIME_MS;
  const lifetime = { fromMs: wanted.nowMs - CLOCK_SKEW_MS, untilMs: expiresAt };
  const kinds = [
    ...Array.from({ length: wanted.oneTime }, () => false),
    ...(wanted.lastResort ? [true] : []),
  ];
  const writes = new Map<string, Bytes | null>();
  const made = await Promise.all(
    kinds.map(async (lastResort) => {
      const own = await newKeyPackage(encodeCredential(self), keys, lifetime);
      const body = encodeKeyPackage(own.keyPackage);
      const bundle = { ref: toHex(await sha256(body)), lastResort, expiresAt };
      const half: PrivateHalf = { body, keys: own.privateKeys };
      writes.set(halfKey(bundle.ref), encodeRecord(VERSION, half));
      return { ...bundle, body, mlsRef: await keyPackageRef(own.keyPackage) };
    }),
  );
  const listed = made.map(({ ref, mlsRef, lastResort }) => ({
    ref,
    mlsRef,
    lastResort,
    expiresAt,
  }));
  const { kept, dropped } = withoutOldLastResort([...(await loadIndex(records)), ...listed]);
  for (const { ref } of dropped) writes.set(halfKey(ref), null);
  writes.set(INDEX, encodeIndex(kept));
  const result = made.map(({ ref, body, lastResort }) => ({
    device: self,
    suite: SUITE,
    body,
    ref,
    lastResort,
    expiresAt,
  }));
  return { result, writes };
}

/** A peer may have fetched the last-resort bundle just before it was replaced: the previous one stays good. */
function withoutOldLastResort(list: readonly Listed[]): { kept: Listed[]; dropped: Listed[] } {
  const newest = new Set(list.filter(({ lastResort }) => lastResort).slice(-2));
  const isKept = (one: Listed): boolean => !one.lastResort || newest.has(one);
  return { kept: list.filter(isKept), dropped: list.filter((one) => !isKept(one)) };
}

export async function bundleRefs(
  records: Records,
): Promise<{ readonly oneTime: readonly string[]; readonly lastResort: string | null }> {
  const list = await loadIndex(records);
  const oneTime = list.filter(({ lastResort }) => !lastResort).map(({ ref }) => ref);
  const lastResort = list.findLast((one) => one.lastResort)?.ref ?? null;
  return { oneTime: oneTime.toSorted(), lastResort };
}

export async function sweepBundles(records: Records, nowMs: number): Promise<Step<number>> {
  const list = await loadIndex(records);
  const kept = list.filter(({ expiresAt }) => expiresAt >= nowMs);
  const gone = list.filter(({ expiresAt }) => expiresAt < nowMs);
  const writes = new Map<string, Bytes | null>(gone.map(({ ref }) => [halfKey(ref), null]));
  if (gone.length > 0) writes.set(INDEX, encodeIndex(kept));
  return { result: gone.length, writes };
}

/** The bundle of ours that one of the names in a Welcome means. */
export async function findBundle(
  records: Records,
  mlsRefs: readonly Bytes[],
): Promise<FoundBundle | null> {
  const list = await loadIndex(records);
  const listed = list.find(({ mlsRef }) => mlsRefs.some((one) => sameBytes(one, mlsRef)));
  const bytes = listed && (await records.get(halfKey(listed.ref)));
  if (!listed || !bytes) return null;
  const { body, keys } = decodeRecord<PrivateHalf>(VERSION, bytes);
  const message = decodeMessage(body);
  if (message?.wireformat !== 'mls_key_package') throw new Error('stored bundle does not decode');
  const { lastResort } = listed;
  const spend = new Map<string, Bytes | null>();
  if (!lastResort) {
    spend.set(halfKey(listed.ref), null);
    spend.set(INDEX, encodeIndex(list.filter((one) => one !== listed)));
  }
  return { own: { keyPackage: message.keyPackage, privateKeys: keys }, lastResort, spend };
}
