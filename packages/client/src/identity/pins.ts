import type { Bytes, Records, Writes } from '../engine/engine.port.ts';
import { LocalStoreError } from '../store/local-store.port.ts';
import { equalInConstantTime } from './constant-time.ts';

/** The account key that this device holds for an account's own: the first that it saw, or one that a person accepted. */
export interface Pin {
  readonly accountKey: Bytes;
  /** Whether a person compared the safety number under this key. */
  readonly verified: boolean;
  /** Unix milliseconds. */
  readonly pinnedAtMs: number;
}

/** An account with the key that somebody says is its own. */
export interface AccountKeyRef {
  readonly account: string;
  readonly accountKey: Bytes;
}

/** The pins of `accounts`; those without one are missing. */
export async function readPins(
  records: Records,
  accounts: Iterable<string>,
): Promise<ReadonlyMap<string, Pin>> {
  const wanted = [...new Set(accounts)];
  const values = await Promise.all(wanted.map((account) => records.get(recordKey(account))));
  const pins = new Map<string, Pin>();
  for (const [at, account] of wanted.entries()) {
    const value = values[at];
    if (value) pins.set(account, decodePin(value));
  }
  return pins;
}

/** Pins keys that were seen for the first time (trust on first use). An account that has a pin keeps it. */
export async function pinFirstSeen(
  records: Records,
  seen: readonly AccountKeyRef[],
  nowMs: number,
): Promise<Writes> {
  const known = await readPins(
    records,
    seen.map(({ account }) => account),
  );
  const writes = new Map<string, Bytes>();
  for (const { account, accountKey } of seen) {
    if (known.has(account) || writes.has(recordKey(account))) continue;
    writes.set(recordKey(account), encodePin({ accountKey, verified: false, pinnedAtMs: nowMs }));
  }
  return writes;
}

/** The person takes this key for the account's own from now on, in place of another; it counts as not verified. */
export function acceptAccountKey({ account, accountKey }: AccountKeyRef, nowMs: number): Writes {
  const pin = { accountKey, verified: false, pinnedAtMs: nowMs };
  return new Map([[recordKey(account), encodePin(pin)]]);
}

/** The person compared the safety number under this key. Null when another key, or none, is pinned: nothing is verified then. */
export async function markVerified(
  records: Records,
  { account, accountKey }: AccountKeyRef,
): Promise<Writes | null> {
  const pin = (await readPins(records, [account])).get(account);
  if (!pin || !equalInConstantTime(pin.accountKey, accountKey)) return null;
  return new Map([[recordKey(account), encodePin({ ...pin, verified: true })]]);
}

const recordKey = (account: string): string => `trust/pin/${account}`;

const VERSION = 1;
const PIN_BYTES = 1 + 1 + 8 + 32;

/** `0x01 ‖ verified (0 or 1) ‖ pinnedAtMs (u64, big-endian) ‖ account key (32)`. */
function encodePin({ accountKey, verified, pinnedAtMs }: Pin): Bytes {
  if (accountKey.length !== 32) throw new RangeError('an account key has 32 bytes');
  const bytes = new Uint8Array(PIN_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, VERSION);
  view.setUint8(1, verified ? 1 : 0);
  view.setBigUint64(2, BigInt(pinnedAtMs));
  bytes.set(accountKey, 10);
  return bytes;
}

function decodePin(bytes: Bytes): Pin {
  if (bytes.length !== PIN_BYTES || bytes[0] !== VERSION) {
    throw new LocalStoreError('corrupt', 'a pinned account key is damaged');
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    accountKey: bytes.slice(10),
    verified: view.getUint8(1) === 1,
    pinnedAtMs: Number(view.getBigUint64(2)),
  };
}
