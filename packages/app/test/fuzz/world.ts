import { mark, type Named } from '@sealpost/testing/hostile';
import { suite, password } from '../support/people.ts';
import { aCast, type Cast } from './cast.ts';
import type { Credential } from './names.ts';
import type { Device } from './people.ts';
import { cooked, type Situation } from './recipes.ts';
import type { Subject } from './subject.ts';

const cookieDevice = 'cookies';

/** By which device a credential acts, if it does. */
const deviceOf: Readonly<Record<Credential, string | null>> = {
  mallory: 'mallory1',
  mallory2: 'mallory2',
  malloryPending: 'malloryPending',
  oscar: 'oscar1',
  newcomer: 'newcomer1',
  cookies: cookieDevice,
  'cookies without their token': cookieDevice,
  revoked: 'revoked',
  expired: 'expired',
  forged: null,
  nobody: null,
};

interface Cookies {
  readonly cookie: string;
  readonly csrfToken: string;
}

/** One world: who is in it, and what names mean there. */
export class World {
  readonly subject: Subject;
  readonly cast: Cast;
  /** Of its own, as a proxy tells it. */
  readonly address: string;
  #cookies: Promise<Cookies> | null = null;

  private constructor(subject: Subject, cast: Cast, address: string) {
    this.subject = subject;
    this.cast = cast;
    this.address = address;
  }

  static async begin(subject: Subject, index: number): Promise<World> {
    const address = `10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`;
    return new World(subject, await aCast(subject), address);
  }

  /** Null: nobody’s device. */
  deviceOf(credential: Credential): Device | null {
    const name = deviceOf[credential];
    return name === null ? null : (this.cast.devices[name] ?? null);
  }

  /** The headers of HTTP that authenticate a request. */
  async headersOf(credential: Credential): Promise<Record<string, string>> {
    const device = this.deviceOf(credential);
    if (credential === 'nobody') return {};
    if (device === null) return { authorization: `Bearer ${forged(this.cast)}` };
    if (!credential.startsWith('cookies')) return { authorization: `Bearer ${device.accessToken}` };
    const { cookie, csrfToken } = await (this.#cookies ??= this.#asCookies(device));
    const shown = credential === 'cookies' ? { 'x-csrf-token': csrfToken } : undefined;
    return { cookie, origin: this.subject.url, ...shown };
  }

  /** What presents a credential on a socket. */
  accessTokenOf(credential: Credential): string | undefined {
    if (credential === 'nobody') return undefined;
    return this.deviceOf(credential)?.accessToken ?? forged(this.cast);
  }

  async meaning(name: Named, by: Credential): Promise<unknown> {
    const self = this.deviceOf(by) ?? this.cast.devices['mallory1'];
    if (!self) throw new Error('the world has no Mallory');
    const situation: Situation = { subject: this.subject, cast: this.cast, self };
    return (await cooked(name, situation)) ?? this.#named(name.name);
  }

  #named(name: string): unknown {
    const { people, devices, conversations, clientIds, refs } = this.cast;
    const [who = '', what] = name.split('.');
    const found = {
      account: people[who as keyof typeof people]?.account,
      handle: people[who as keyof typeof people]?.handle,
      device: devices[who]?.device,
      session: devices[who]?.session,
      clientId: clientIds[who],
      ref: refs[who]?.[0],
      refreshToken: devices[who]?.refreshToken,
      accessToken: devices[who]?.accessToken,
    };
    if (what !== undefined) return found[what as keyof typeof found];
    if (name === 'suite') return suite;
    return name === 'password' ? password : conversations[name as keyof typeof conversations];
  }

  async #asCookies(device: Device): Promise<Cookies> {
    const answer = await fetch(`${this.subject.url}/v1/sessions/refresh`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'sealpost-cookies': '1',
        'x-forwarded-for': this.address,
        origin: this.subject.url,
      },
      body: JSON.stringify({ refreshToken: device.refreshToken, next: null }),
    });
    // Whoever lost the session before is served as one whose cookies ended.
    const { csrfToken = mark } = (await answer.json()) as { csrfToken?: string };
    const cookie = answer.headers
      .getSetCookie()
      .map((one) => one.split(';')[0])
      .join('; ');
    return { cookie, csrfToken };
  }
}

/** A token of Alice’s whose signature somebody made up. */
function forged({ devices }: Cast): string {
  const [header, claims] = (devices['alice1']?.accessToken ?? '').split('.');
  return `${header}.${claims}.${Buffer.alloc(64, 7).toString('base64url')}`;
}
