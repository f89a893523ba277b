import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { ownMongodbPart, ownRedisPart } from '@sealpost/testing/parts';
import type { Part } from './part.ts';
import { PostgresPart } from './postgres-part.ts';

type Settings = Readonly<Record<string, string>>;
export type PartName = 'postgres' | 'redis' | 'mongodb';

/** For each profile, what it works on. */
export const partsOfProfile = {
  embedded: [],
  postgres: ['postgres'],
  'postgres-redis': ['postgres', 'redis'],
  'postgres-mongo': ['postgres', 'mongodb'],
} as const satisfies Readonly<Record<string, readonly PartName[]>>;

export type ProfileName = keyof typeof partsOfProfile;

export const isProfile = (name: string): name is ProfileName => Object.hasOwn(partsOfProfile, name);

/** How each part is started, and how servers are told of it. */
const kinds: Readonly<
  Record<
    PartName,
    { start(folder: string): Promise<Part>; readonly settings: (url: string) => Settings }
  >
> = {
  postgres: {
    start: (folder) => PostgresPart.start(join(folder, 'postgres')),
    settings: (url) => ({ SEALPOST_STORAGE__URL: url, SEALPOST_STORAGE__MIGRATE: 'at-start' }),
  },
  mongodb: {
    start: () => ownMongodbPart(),
    settings: (url) => ({ SEALPOST_HISTORY__URL: url, SEALPOST_HISTORY__MIGRATE: 'at-start' }),
  },
  redis: {
    start: () => ownRedisPart(),
    settings: (url) => ({ SEALPOST_REDIS__URLS: url }),
  },
};

const cookieSecret = randomBytes(24).toString('hex');

/** The real parts of a profile, started; to be stopped by the caller. */
export class ProfileParts {
  readonly profile: ProfileName;
  readonly #started: ReadonlyMap<PartName, Part>;

  private constructor(profile: ProfileName, started: ReadonlyMap<PartName, Part>) {
    this.profile = profile;
    this.#started = started;
  }

  static async start(profile: ProfileName, folder: string): Promise<ProfileParts> {
    const started = new Map<PartName, Part>();
    const parts = new ProfileParts(profile, started);
    try {
      for (const name of partsOfProfile[profile])
        started.set(name, await kinds[name].start(folder));
      return parts;
    } catch (error) {
      await parts.stop();
      throw error;
    }
  }

  get names(): readonly PartName[] {
    return [...this.#started.keys()];
  }

  part(name: PartName): Part {
    const part = this.#started.get(name);
    if (!part) throw new Error(`the profile ${this.profile} has no ${name}`);
    return part;
  }

  /** The configuration of a server that reaches its parts as `reached` says, as environment variables. */
  settings(reached: (url: string, name: PartName) => string = (url) => url): Settings {
    const ofParts = [...this.#started].map(([name, { url }]) =>
      kinds[name].settings(reached(url, name)),
    );
    const shared = this.#started.size > 0 ? { SEALPOST_COOKIES__SECRET: cookieSecret } : {};
    return Object.assign({ SEALPOST_PROFILE: this.profile }, shared, ...ofParts) as Settings;
  }

  async stop(): Promise<void> {
    for (const part of this.#started.values()) await part.stop();
  }
}
