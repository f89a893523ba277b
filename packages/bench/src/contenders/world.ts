import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { JoseAccessTokens } from '@sealpost/adapter-jose';
import { SystemClock, SystemDigest, SystemRandom } from '@sealpost/adapter-system';
import type { Backends } from '@sealpost/app';
import { directId, type DeviceRef, emptyChange } from '@sealpost/domain';
import { deviceCertificateBytes, encodeMsgpack, protocolVersion } from '@sealpost/protocol';
import type { Room } from '../load/load-spec.ts';
import type { Cast } from './contender.ts';

const workers = 10;
/** A deployment's longest. */
const accessTokenMs = 600_000;
const sessionMs = 86_400_000;
const foundingBytes = 1_024;

const newId = (): string => randomBytes(16).toString('hex');

/** Runs `work` for every item, a few at a time, and answers in their order. */
async function each<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const waiting = [...items.entries()];
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift())
      results[next[0]] = await work(next[1]);
  };
  await Promise.all(Array.from({ length: workers }, worker));
  return results;
}

/**
 * Accounts, certified devices, sessions and conversations that a server takes for what they are. Accounts are written by
 * the stores' ports, since a password's hash costs more than all else; everything else is what devices would have made,
 * but for the bodies of commits, which no server can read.
 */
export class World {
  readonly #backends: Backends;
  readonly #clock = new SystemClock();
  readonly #tokens: JoseAccessTokens;
  readonly #devices: DeviceRef[] = [];
  readonly #rooms = new Map<Cast, Room[]>();

  constructor(backends: Backends) {
    this.#backends = backends;
    this.#tokens = new JoseAccessTokens({
      store: backends.stores.signingKeys,
      clock: this.#clock,
      random: new SystemRandom(),
      accessTokenMs,
      rotateAfterMs: sessionMs,
    });
  }

  /** The device of each seat; the same seats have the same device again. */
  async devices(seats: number): Promise<readonly DeviceRef[]> {
    const missing = Array.from({ length: Math.max(0, seats - this.#devices.length) });
    this.#devices.push(...(await each(missing, () => this.#enrolled())));
    return this.#devices.slice(0, seats);
  }

  /** The devices of so many seats, each with so many one-time bundles more. */
  async stocked(
    seats: number,
    stock: { readonly suite: string; readonly bundlesEach: number; readonly bundleBytes: number },
  ): Promise<readonly DeviceRef[]> {
    const devices = await this.devices(seats);
    const now = this.#clock.now();
    await each(devices, async (device) => {
      const oneTime = Array.from({ length: stock.bundlesEach }, () => {
        const body = new Uint8Array(randomBytes(stock.bundleBytes));
        const ref = createHash('sha256').update(body).digest('hex');
        return { ref, body, expiresAt: now + sessionMs };
      });
      const limit = stock.bundlesEach;
      const { suite } = stock;
      const upload = { device, suite, oneTime, lastResort: null, now, limit };
      await this.#backends.stores.keys.upload(upload);
    });
    return devices;
  }

  tokens(devices: readonly DeviceRef[]): Promise<string[]> {
    return each(devices, (device) =>
      this.#tokens.issue({
        ...device,
        session: device.device as string,
        certified: true,
        expiresAt: this.#clock.now() + accessTokenMs,
      }),
    );
  }

  /** The conversations, founded by calls of the server at `url` when they are asked for first, and fresh tokens. */
  async found(url: string, cast: Cast): Promise<{ tokens: string[]; rooms: Room[] }> {
    const devices = await this.devices(cast.seats);
    const tokens = await this.tokens(devices);
    const rooms =
      this.#rooms.get(cast) ??
      (await each(cast.rooms, async (room) => {
        const members = room.members.map((seat) => devices[seat] ?? never());
        const founder = room.members[0] ?? never();
        return { ...room, id: await found(url, tokens[founder] ?? never(), members) };
      }));
    this.#rooms.set(cast, rooms);
    return { tokens, rooms };
  }

  async #enrolled(): Promise<DeviceRef> {
    const { accounts, devices, sessions } = this.#backends.stores;
    const now = this.#clock.now();
    const [account, device] = [newId(), newId()];
    await accounts.create({ id: account, handle: account, passwordHash: 'none', now });
    await devices.enrol({ id: device, account, name: 'bench', now }, 1);
    const accountKey = generateKeyPairSync('ed25519');
    const signatureKey = rawKey(generateKeyPairSync('ed25519'));
    const claim = { accountId: account, deviceId: device, signatureKey, createdAtMs: now };
    await devices.certifyFirst(device, {
      accountKey: rawKey(accountKey),
      signatureKey,
      certificate: sign(null, deviceCertificateBytes(claim) ?? never(), accountKey.privateKey),
      certifiedAt: now,
    });
    const tokenHash = randomBytes(32);
    await sessions.create({
      id: device,
      account,
      device,
      tokenHash,
      now,
      expiresAt: now + sessionMs,
    });
    return { account, device };
  }
}

function never(): never {
  throw new Error('a seat of the cast does not exist');
}

const rawKey = ({ publicKey }: ReturnType<typeof generateKeyPairSync>): Uint8Array =>
  new Uint8Array(Buffer.from(String(publicKey.export({ format: 'jwk' }).x), 'base64url'));

/** Answers its id. */
async function found(url: string, token: string, members: readonly DeviceRef[]): Promise<string> {
  const [a, b] = members.map(({ account }) => account);
  const isDirect = members.length === 2;
  const id = isDirect ? directId(new SystemDigest(), a ?? never(), b ?? never()) : newId();
  const roleOf = (place: number) => (isDirect ? 'member' : place === 0 ? 'owner' : 'member');
  const response = await fetch(`${url}/v1/conversations/${id}/entries`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      'sealpost-protocol': String(protocolVersion.highest),
      'content-type': 'application/msgpack',
    },
    body: new Uint8Array(
      encodeMsgpack({
        kind: 'created',
        class: 'quiet',
        clientId: newId(),
        after: null,
        generation: 0,
        epoch: 0,
        change: {
          ...emptyChange,
          mode: 'found',
          founding: { kind: isDirect ? 'direct' : 'group', suite: 'plain-1' },
          addMembers: members.map(({ account }, place) => ({ account, role: roleOf(place) })),
          addDevices: members,
        },
        blobs: [],
        parts: [
          { audience: 'all', bytes: randomBytes(foundingBytes) },
          { audience: 'joiners', bytes: randomBytes(foundingBytes) },
        ],
      }),
    ),
  });
  const answer = await response.text();
  // Two accounts have one direct conversation, whoever of another cast founded it.
  const isThere = response.ok || (isDirect && answer.includes('"exists"'));
  if (!isThere) throw new Error(`a conversation of ${members.length} was refused: ${answer}`);
  return id;
}
