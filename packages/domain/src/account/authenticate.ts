import type { FanOut } from '../log/fan-out.port.ts';
import { utf8 } from '../shared/bytes.ts';
import type { Clock } from '../shared/clock.port.ts';
import type { Digest } from '../shared/digest.port.ts';
import type { AccountId, Bytes, DeviceId, DeviceRef, SessionId, Timestamp } from '../shared/ids.ts';
import type { Limits } from '../shared/limits.ts';
import type { Meter } from '../shared/meter.port.ts';
import type { RandomSource } from '../shared/random.port.ts';
import { ok, refuse, type Result } from '../shared/result.ts';
import type { LogInRefusal, RefreshRefusal, RegisterRefusal } from './account-refusal.ts';
import type { AccountStore } from './account-store.port.ts';
import type { AccessClaims, AccessTokens } from './access-tokens.port.ts';
import type { LogInProofBytes } from './certificate-bytes.port.ts';
import type { Device, DeviceStore } from './device-store.port.ts';
import { normaliseHandle } from './handle.ts';
import type { PasswordHasher } from './password-hasher.port.ts';
import type { Session, SessionStore } from './session-store.port.ts';
import type { SignatureVerifier } from './signature-verifier.port.ts';

export interface AuthenticatePorts {
  readonly accounts: AccountStore;
  readonly devices: DeviceStore;
  readonly sessions: SessionStore;
  readonly passwords: PasswordHasher;
  readonly tokens: AccessTokens;
  readonly verifier: SignatureVerifier;
  readonly logInProofBytes: LogInProofBytes;
  readonly fanOut: FanOut;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly digest: Digest;
  readonly meter: Meter;
  readonly limits: Limits;
}

/** What a device holds after logging in. */
export interface Credentials extends DeviceRef {
  readonly session: SessionId;
  /** False: the device is pending and must be certified first. */
  readonly certified: boolean;
  readonly accessToken: string;
  readonly accessExpiresAt: Timestamp;
  readonly refreshToken: string;
  readonly refreshExpiresAt: Timestamp;
}

export interface Password {
  readonly handle: string;
  readonly password: string;
}

/** A device that logs in again says which one it is and signs that it still holds its key. */
export interface DeviceProof {
  readonly device: DeviceId;
  readonly issuedAt: Timestamp;
  readonly signature: Bytes;
}

export const passwordLength = { minimumLength: 8, maximumBytes: 1024 } as const;
const proofToleranceMs = 5 * 60_000;

/** Registration, log-in and sessions. */
export class Authenticate {
  readonly #ports: AuthenticatePorts;

  constructor(ports: AuthenticatePorts) {
    this.#ports = ports;
  }

  /** Makes the account and its first device, still pending, and logs it in. */
  async register(
    { handle, password }: Password,
    deviceName: string,
  ): Promise<Result<Credentials, RegisterRefusal>> {
    const { accounts, passwords, random, clock } = this.#ports;
    const normal = normaliseHandle(handle);
    if (normal === null) return refuse({ code: 'invalid_handle' });
    if (
      password.length < passwordLength.minimumLength ||
      utf8(password).length > passwordLength.maximumBytes
    ) {
      return refuse({ code: 'invalid_password', ...passwordLength });
    }
    const account = random.id();
    const created = await accounts.create({
      id: account,
      handle: normal,
      passwordHash: await passwords.hash(password),
      now: clock.now(),
    });
    if (created === 'handle_taken') return refuse({ code: 'handle_taken' });
    const device = await this.#enrol(account, deviceName);
    return device === null
      ? refuse({ code: 'handle_taken' })
      : ok(await this.#session({ account, device }));
  }

  /** Logs in as a new, pending device, or with a proof as the device that one is. */
  async logIn(
    who: Password,
    deviceName: string,
    proof: DeviceProof | null,
  ): Promise<Result<Credentials, LogInRefusal>> {
    const account = await this.#checkPassword(who);
    if (account === null) return refuse({ code: 'wrong_credentials' });
    if (proof === null) {
      const device = await this.#enrol(account, deviceName);
      const limit = this.#ports.limits.pendingDevicesPerAccount;
      return device === null
        ? refuse({ code: 'too_many_pending', limit })
        : ok(await this.#session({ account, device }));
    }
    const device = await this.#ports.devices.find(proof.device);
    if (device?.account !== account || !this.#proves(device, proof))
      return refuse({ code: 'bad_proof' });
    if (device.status === 'revoked') return refuse({ code: 'device_revoked' });
    return ok(await this.#session({ account, device: device.id }));
  }

  /** Replaces the refresh token. A device that chooses `next` itself can repeat the call when its answer was lost. */
  async refresh(token: string, next: string | null): Promise<Result<Credentials, RefreshRefusal>> {
    const { sessions, clock, limits } = this.#ports;
    const now = clock.now();
    const successor = next ?? this.#freshToken();
    const rotation = await sessions.rotate({
      presented: this.#hash(token),
      next: this.#hash(successor),
      now,
      expiresAt: now + limits.refreshTokenMs,
      graceMs: limits.refreshGraceMs,
    });
    if (rotation.code === 'reused') {
      this.#ports.meter.count('refresh_reused');
      this.#ports.fanOut.announce({ kind: 'sessions_revoked', sessions: [rotation.session.id] });
    }
    return rotation.code === 'rotated'
      ? ok(await this.#credentials(rotation.session, successor))
      : refuse({ code: 'invalid_token' });
  }

  /**
   * Ends sessions of the account: the caller's own, and from a certified device others too. Those that it may not end are
   * left out, like unknown ones.
   */
  async logOut(
    by: Pick<AccessClaims, 'account' | 'session' | 'certified'>,
    ids: readonly SessionId[],
  ): Promise<readonly SessionId[]> {
    const mayEnd = by.certified ? ids : ids.filter((id) => id === by.session);
    const found = await Promise.all(mayEnd.map((id) => this.#ports.sessions.find(id)));
    const own = found
      .filter((session) => session?.account === by.account)
      .map((session) => session?.id ?? '');
    const revoked = await this.#ports.sessions.revoke(own, this.#ports.clock.now());
    if (revoked.length > 0)
      this.#ports.fanOut.announce({ kind: 'sessions_revoked', sessions: revoked });
    return revoked;
  }

  sessions(account: AccountId): Promise<readonly Session[]> {
    return this.#ports.sessions.list(account, this.#ports.clock.now());
  }

  async #checkPassword({ handle, password }: Password): Promise<AccountId | null> {
    const { accounts, passwords } = this.#ports;
    const normal = normaliseHandle(handle);
    const account = normal === null ? null : await accounts.findByHandle(normal);
    const hash = account && (await accounts.passwordHash(account.id));
    if (!account || !hash) {
      await passwords.verifyNothing(password);
      return null;
    }
    const verdict = await passwords.verify(password, hash);
    if (verdict === 'outdated')
      await accounts.setPasswordHash(account.id, await passwords.hash(password));
    return verdict === 'mismatch' ? null : account.id;
  }

  #proves(device: Device, proof: DeviceProof): boolean {
    const { verifier, clock, logInProofBytes } = this.#ports;
    const fresh = Math.abs(clock.now() - proof.issuedAt) <= proofToleranceMs;
    const signed = logInProofBytes(proof);
    if (!fresh || !signed || device.signatureKey === null) return false;
    return verifier.verify(device.signatureKey, signed, proof.signature);
  }

  async #enrol(account: AccountId, name: string): Promise<DeviceId | null> {
    const { devices, random, clock, limits } = this.#ports;
    const id = random.id();
    const outcome = await devices.enrol(
      { id, account, name, now: clock.now() },
      limits.pendingDevicesPerAccount,
    );
    return outcome === 'enrolled' ? id : null;
  }

  async #session(device: DeviceRef): Promise<Credentials> {
    const { devices, sessions, random, clock, limits } = this.#ports;
    const token = this.#freshToken();
    const now = clock.now();
    const session = { id: random.id(), ...device, now, expiresAt: now + limits.refreshTokenMs };
    await sessions.create({ ...session, tokenHash: this.#hash(token) });
    // A revocation at the same moment did not see it.
    const gone = (await devices.find(device.device))?.status === 'revoked';
    if (gone) await sessions.revoke([session.id], clock.now());
    return this.#credentials(session, token);
  }

  async #credentials(
    session: DeviceRef & { id: SessionId; expiresAt: Timestamp },
    refreshToken: string,
  ): Promise<Credentials> {
    const { tokens, clock, limits } = this.#ports;
    const { account, device } = session;
    const accessExpiresAt = clock.now() + limits.accessTokenMs;
    const certified = (await this.#ports.devices.find(device))?.status === 'certified';
    const accessToken = await tokens.issue({
      account,
      device,
      session: session.id,
      certified,
      expiresAt: accessExpiresAt,
    });
    return {
      certified,
      account,
      device,
      session: session.id,
      accessToken,
      accessExpiresAt,
      refreshToken,
      refreshExpiresAt: session.expiresAt,
    };
  }

  #freshToken(): string {
    return this.#ports.random.id() + this.#ports.random.id();
  }

  #hash(token: string): Bytes {
    return this.#ports.digest.sha256(utf8(token));
  }
}
